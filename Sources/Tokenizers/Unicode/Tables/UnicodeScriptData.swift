// Made by Scripts/make_unicode_tables.py.

/// The script of each code point.
enum UnicodeScriptData {
  /// For each run of code points its length and the number of its script.
  static let runs: StaticString = """
    1]^^]1]^w_c^w_1l^^_l^^_b^t_^^|_^^>^_1d^b_b^_`q^3maab^^`b_]ab^^^ba]^b^^^b^^`b^]^b^]qb^]1|bkcmb4bd
    _a5fd^]1ce_]de^]1de^]^^^e_]`e^]1tfe]xfb]bfh]bg^^cg^^kg_^^]^g^^1]g^^gghawg^a3ig^^1_gkh^]1yh_]`h1m
    g1oik]1xjb]1kk_]lk^]yl_]^l2^]rg^]egs]kg^^zg2nm_anm_^wman^]en_]_n_]sn^]dn^]^n`]an_]fn_]_n_]ane]^n
    a]_n^]bn_]snb]`o^]coa]_o_]so^]do^]_o^]_o^]_o_]^o^]boa]_o_]`o`]^od]ao^]^od]moh]`p^]fp^]`p^]sp^]dp
    ^]_p^]bp_]gp^]`p^]`p_]^pl]ap_]ipd]^pd]`q^]eq_]_q_]sq^]dq^]_q^]bq_]fq_]_q_]`qe]_qa]_q^]bq_]oqg]_r
    ^]cr`]`r^]ar`]_r^]^r^]_r`]_r`]`r`]ira]br`]`r^]ar_]^rc]^rk]rrb]as^]es^]`s^]ts^]ms`]es^]`s^]asd]_s
    ^]`sb]as_]gse]esat^]et^]`t^]tt^]gt^]bt_]ft^]`t^]atd]_td]^t^]at_]gt^]_tk]`u^]eu^]`u^]1fu_]eu^]`u^
    ]cua]mu_]wu_]_v^]ov`]uv^]fv^]^v_]dv`]^va]cv^]^v^]evc]gv_]`vi]1wwa]^^yw1b]_x^]^x_]_x^]^x_]^xc]ax^
    ]dx^]`x^]^x^]^x_]_x^]jx^]`x_]bx^]^x^]cx_]gx_]ax1]]2ey^]1aya]1dy^]1ay^]ly^]dya^_y1b]5]z1c{^]^{b]^
    {_]1h{^^a{8]|2f1]^]a1]_]d1]^]^1]^]a1]_]1f1]^]a1]_]1^1]^]a1]_]d1]^]^1]^]a1]_]l1]^]1v1]^]a1]_]2`1]
    _]1]1]`]w1]c]2s1^_]c1^_]D]1_z1``]2h1a`^h1ad]j1b^]d1bh]r1c_^f]q1di]j1e^]`1e^]_1ei]2{1f_]g1fc]g1fc
    ]_1g_^^1g^^f1g^]g1gc]2u1ge]1h1gb]2c1_g]|1h^]i1ha]i1ha]^1h`]i1h{1i_]b1ih]1i1ja]w1jc]h1j`]_1j1]1fy
    1k_]_1k1|1l^]z1l_]h1lc]g1lc]k1l_]la2^]2i1ma]1j1m`]2]1n1q1oe]a1o1u1p`]l1p`]`1p1m1qfd1t]e1ne]`a^^j
    a^^daa^^ac^^a_^^]_ac]1c_bb^d1n_bba_bbj_^d2c_^b1sab]ba8]_sb_]cb_]1cb_]cb_]eb^]^b^]^b^]^b^]|b_]1rb
    ^]lb^]kb_]cb^]pb_]`b^]fb^]i^_a2t^^]h^^__]h^^_l^^]j_`]|^n]1^al]1c^^b`^__c^^_x^^_n^1f_`^a]Cl^^]1d^
    v]h^r]M]^8]1rCq^_]1]^_]1_^`]i^^]e^w]a^m]1l1s^]1l1s^]1]_3qcb]dc1c{^]^{b]^{_]1u1td]_1tk]^1tt1]f]d1
    ]^]d1]^]d1]^]d1]^]d1]^]d1]^]d1]^]d1]^]1]d2b^1x]w1u^]2v1ui]6s1uw]i^a]b^^1u^^^1uv^f1uaa_|e^a1ua^^]
    2s1u_]_a_^`1u^^2w1u^^a1ub]1f``]2{|^]m^x`b]1a^i]m1u||^]2]^||2n^1l1u^]2u1u5e^6=s1ug]2]^D>s1u1g]14j
    1v`]1t1vf]1m1w9i1xq]3]d2u1ye]1_^3c_`^1a_^]e_1|]f_1i1za]g^c]1u1{e]2c1|e]i1|c]{m_]1k2]^^^2]1a2^h]^
    2^z|`]2k2_^]^^g2_a]_2_|z^]1t2`f]k2`_]g2`_]a2`1]z2`2au]b2at2bg]c1]_]c1]_]c1]f]d1]^]d1]^]1h_^^f_^b
    g]2m1^1k2b_]g2bc]:Ma|i]t|a]1n|88a];k1u_]3g1u1c]d_i]beb]wf^]bf^]^f^]_f^]_f^]gf3ogn];hg_^m]2]g_]1s
    g1e]kg_]mag^c]ka_d1`^^]p^^]a^a]bg^]4dg_]^^^]1]^w_c^w_h^g1u^^1j1u_^||`]c|_]c|_]c|_]`|`]d^^]d^g]b^
    _]i2c^]w2c^]p2c^]_2c^]l2c_]k2c1_]3x2cb]`^a]1j^`]f^2lb^]i^a]^b1l]1j^^a4_]z2d`]1n2el]^ax^a]1a2fi]x
    2gb]1h2hb]{2i^]^2i1a2ja]k2j1g]2m2k1m2l{2m_]g2mc]1a2na]1a2na]1e2oe]1q2ph]^2p4m]9t2qf]s2qg]e2q4u]c
    2r_]^2r^]1i2r^]_2r`]^2r_]^2rs2s^]f2s1]2t|2ue]f2u1m]p2v^]_2vb]b2vy2w`]^2ww2xb]^2x2]]1]2yu2za]q2z_
    ]1k2za2{^]_2{b]e2{^]`2{^]x2{a]`2{a]f2{e]f2{d]1]2|1]3]1]]1d3^a]i3^f]1s3_`]d3_s3`_]e3`p3ab]e3ao3bd
    ]a3bi]d3b2m]2f3c1t]1p3dj]1p3dd]c3d;]]|g<^]2k3ea]{3el]^3e2_3fk]v3gd]g3gc]1r3h^]k3hi]1d3if]2k3j_]m
    3j^]qvh]o3k^]1i3k2^]d3l^]^3l^]a3l^]l3l^]h3lc]1x3mb]g3mc]a3n^]e3n_]_3n_]s3n^]d3n^]_3n^]b3n_]f3n_]
    _3n_]`3n_]^3nc]^3nb]d3n_]d3n`]b3n4h]2w3o^]^3o^]^3o1_]2e3pe]g3p5c]1s3q_]1c3q1_]2b3rh]g3rc]j1gp]1u
    3se]g3s1s]w3t`]l3ta]m3t;]]2p3ui]^3u>]]1v3v8d]f3w^]1j3w^]k3wg]z3w`]1]3x_]s3x^]k3xJf]Lw3y3c]3l3y^]
    b3yh]6a3y2Ey]11l3z3Nn]Bd3{8=v]Av1yd]|3|^]g3|a]_3|3]]{4]_]c4]g]2c4^g]g4^^]d4^^]r4^b]p4^Km]2b4_h]1
    l4_m]n4_2]]^4`|]5Oj4`p]Gp4`98j]_1u2O{]3h4ab]j4a`]f4ad]g4a_]a4aa^4Jy]7s^g]1d^_]1{^`an^ea_^da{^aa1
    x^t]2cb5w]2t^f]o^4k]2r^^]2d^^]_^_]^^_]_^_]a^^]i^^]^^^]d^^]2^^^]a^_]e^^]d^^]y^^]a^^]b^^]^^`]d^^]:
    q^_]9a^_]1o^Di4bl]b4b^]l4b1:m]d1s^]n1s_]d1s^]_1s^]b1s1Nr]6b4c_]m4c1f]2h4db]g4da]_4d15]]ag^]xg^]_
    g^]^g_]^g^]gg^]ag^]^g^]^gc]^ga]^g^]^g^]^g^]`g^]_g^]^g_]^g^]^g^]^g^]^g^]^g^]_g^]^g_]ag^]dg^]ag^]a
    g^]^g^]gg^]ngb]`g^]bg^]ng1q]_g8k]1i^a]3a^i]l^_]l^^]l^^]1b^g]j^`]|^^]1y^a]1z^1v]w^^1u_^j]1i^a]f^d
    ]_^5k]Np^j]j^`]d^f]3q^i]2r^1h]i^a]1u^e]g^c]1e^e]{^3_]l^^]e^e]^^_]i^^]i^a]l^1^]o^1k]^^1A|]19Ft1u1
    f]41r1uh]6{1u_]5D_1u::{]@{1uF1?`]^^{]3]^4]]7ma5O@m]
    """
}
