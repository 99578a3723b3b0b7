// Made by Scripts/make_unicode_tables.py.

/// What is known of each code point, as ``UnicodeProperties`` has it.
enum UnicodePropertyData {
  static let word: UInt64 = 1 << 19
  static let space: UInt64 = 1 << 20
  static let whiteSpace: UInt64 = 1 << 21
  static let numeric: UInt64 = 1 << 22
  static let control: UInt64 = 1 << 23
  static let nonspacing: UInt64 = 1 << 24
  static let punctuation: UInt64 = 1 << 25
  static let combining: UInt64 = 1 << 26
  static let wordOfWhitespace: UInt64 = 1 << 27
  static let han: UInt64 = 1 << 28
  static let decomposes: UInt64 = 1 << 29
  static let decomposesCompatibly: UInt64 = 1 << 30
  static let composes: UInt64 = 1 << 31
  static let lowers: UInt64 = 1 << 32
  static let pictographic: UInt64 = 1 << 33
  /// The different sets of properties.
  static let records: StaticString = """
    8003v3003v3002v;003v3001v3000s10000n10000p10000j10000k10000o10000i44@00e440@00]10000q50@00h40@00
    ^103000spr100000q800000r140@00a10000lo8003w104000g140@00^10000m5D0@00]1D0@00^540@00]40@00a540@00
    _140@00`40@00`q26@N=4b6@N=4b6@NA4b6@MI4b26@MA4b6@LE4b26@MI4b26@LE4b6@@34b26@@34b1F@@14b26@O14b6@
    @14b6@NC4b6@NE4b1D0@00`z1A0000n1@0000q140@00]1D0@00]60@14d6@MM4b6@N94b6@@E4b6@@G4b6@@I4b6@@K4b6@
    @M4b6@@O4b6@A14b6@A34b6@A54b6@A74b6@A94b6@A;4b6@A=4b6@A?4b6@AA4b6@AC4b14z8007w6@AM4b6@AO4b6@B14b
    n1D0@00a6@AG4b6@AI4b6@AK4b6@B34b6@B54b6@B74b6@B94b40@14b7w60N=4b60@08c40@0@a1D0@0@a26@@?4b6@@CDb
    6@@?4b260@14c1F0@08c4000g6@@C4b26@@14b6@E94b26@EG4b1F0@14c40@08c40@07a26@@C4b140@08a6@F?4b6@FG4b
    6@G=4b6@GE4b110000n6@MA4b6@H34b6@H54b6@H94b16@@14b60@00c40@09a40@0:a40@0;a10000r44@00f40@14c6@@C
    4c60@14b60@CDc60@C4c60@00a40@1@a6@M=4b5D0@00_1@3000s48004w48015w110000i3003t3003u910000n3z100000
    o110000j110000k100000p100000r900000r940@00^544@00f144@00f800000o1@0000o1@0000r1A0000j1A0000k540@
    00r=40@00r140@00rjki80000r180000r<0@00`<4@00f6@ME4b60N14c810000i1<4@00f810000n26@@A4b<0@00a40000
    0z40@0<a40@0=ax8000y1L0@00a6@AE4b150@00h144@00e140@14`8000r50@14b40@1Db60@C4b60@?4b6@@08c@z8z400
    0z3w80000n<0@14c60MA4c60N54c800000z40@00r840@00r6r14q8014w
    """
  /// For each run of code points its length and its set of properties.
  static let runs: StaticString = """
    f]^^^__`^ao]^b`c^d`c^e^f^c^g^c^h_cgi_c`g_cwj^e^c^f^k^l^kwm^e^g^f^gc]^`w]^n^cao^p^c^q^r^s^t^u^v^r
    ^q^p^u_w^q^x_c^q^w^s^y`w^ccz^jfz^jcz^u^jbz^j^mc{^mf{^mc{^u^mb{^m^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z
    ^{^j^m^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^j^m^z^{^z^{^z^{^z^{^z^m^|^x^z^{^z^{^m^z^{^z^{^z^{
    ^|^x^j^m^z^{^z^{^z^{^x^j^m^z^{^z^{^z^{^j^m^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^j^m^z^{^z^{^z^{^z
    ^{^z^{^z^{^z^{^z^{_z^{^z^{^z^{^x^m_j^m^j^m_j^m`j_maj^m_j^m`j`m_j^m^j^z^{^j^m^j^m_j^m^j_m^j^m^j^z
    ^{`j^m^j^m_j_m^1]^j`ma1]^|^1^^x^|^1^^x^|^1^^x^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^m^z^{^z^{^z^{^j^m^
    z^{^z^{^z^{^z^{^z_{^|^1^^x^z^{_j^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{
    ^z^{^z^{^j^m^z^{^j^m^j^m^j^m^z^{^z^{^z^{^z^{^z^{^z^{^z^{cm_j^m_j_m^j^maj^m^j^m^j^m^j^m^j2bm^1]xm
    f1_f1`a1ai1`c1acq_1ab1_d1a^1`^1a^1`n1ab1b^1cd1b_1c^1b^1c^1b^1c_1b^1da1e^1d^1fb1e_1ga1h_1ia1e_1h^
    1e_1h_1ea1j^1ka1e`1c_1l^1b_1l^1m^1c`1e`1c_1e^1n`1ca1e^1c^1d_1e^1c^1o_1p^1o_1p^1oj1c^j^m^j^m^1q^1
    a^j^m_1r^1_`m^1s^ja1r^q^1t^z^1s`z^1r^z^1r_z^{nj^1rdj_zb{vmb{^j_x^1u_1v_x^m^j^m^j^m^j^m^j^m^j^m^j
    ^m^j^m^j^m^j^m^j^m^j^m^j^m`x^m^|^x^u^j^m^|^j_m`j_z^j^z`j^zaj`zgj^zsjfm^{sm_{^m^{`m^{am`{^m^j^m^j
    ^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^z^{^j^m^j^m^j^m^j^m^j^m^pb1c_1w^j^m^j^m^j^m^j^m^j^m^j^m^j
    ^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^z^{^j^m^j^m
    ^j^m^j^m^j^m^j_m^z^{^z^{^j^m^z^{^j^m^z^{^z^{^z^{^j^m^z^{^z^{^z^{^j^m^z^{^z^{^z^{^z^{^z^{^z^{^j^m
    ^z^{^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m
    ^j^m^j^m^j^m^j^m^1r1cj_1r^1`cc1dm^x^m^c^h_1r_p^o^1r^1ea1c^1e`1c^1x^1ec1cc1e_1c^1e_1c^1x^1y^1c^1z
    ^1{^1|^2]^2^^2_^2`^2a^2b_2c^2d^2e^2f^h^2g^c^2h^2i^c^1c^1e^c^2b_2jc1rx1]a1ra1]_ch1rc2k`u_c^o_c_pe
    1c^2l^2m^2n^c^v^2o_c_1]b2pv1]^1`g1]^2q^2r^2s^2l^2m^2n^2t^2u_1b^1h^1eb1c^1e_1c^1egiac_1]^2va1]as2
    d1]^2p^1]^2pm1]^2p^c^1]d1c^2k^pa1c^1e^1c_1`_1c^p^1e_1c^1e_1]gi`1]_p^1]kc^1r^2k^1]^2w{1]^1c^1e_1c
    ^1e_1c`1e^1c_1e^1c^1e`1c^1e^1c^1e^1c^1e^1c^1e_1c_1r2v1]h1n^1]k1rgi1^1]d1c^1e^1c_1`^p`c^1`_1r^2x_
    os1]a1c^1`f1c^1``1c^1`b1c_1rlc^1rv1]`1e_1r^c^1rh1]b1ru1]^1ac1]^1r_2yb1rf2x1f1]^1`g2xk2z^2y^1e_1c
    ^1e_1c^1e`1c`1e^2q^2r^2s`1c^1e_1c_1eb1c`1n^2{n1]q2|^3]d2|^3]_2|^3]b2|^1n^2{^3^^1]`2{e1na2{^3__2{
    ^1]^1c^1e_1c`1ne3]_1]_1n_cgi^c^1`c1]e2|^1]^1n_2{^1re1]_1r_1]_1r_1]q2|^1rd2|^1r^2|`1ra2|_1r^3`^1]
    ^3a_2{a1n_1r_2{_1r_3b^3_^1]e1r^3aa1r_3]^1r^3]_1]_1n_1rgi_2|_oc3c^p^o^1]^2o^2x_1r_1n^2{^1rc1]a1r_
    1]_1rs1]^1rd1]^1r^1]^2p^1r^1]^2p^1r_1]_1r^3`^1r`2{_1na1r_1n_1r_1n^3d`1r^1nd1r`2p^1]^1r^2pd1rgi_1
    n`1]^1n^2og1r_1n^2{^1rf1]^1r`1]^1r_1]q2|^1rd2|^1r_2|^1rb2|_1r^3`^1]`2{b1n^1r_1n^2{^1r_2{^3__1r^1
    ]l1r_1]_1n_1rgi^c^od1r^2|c2x^1r^1n_2{^1re1]_1r_1]_1r_1]q2|^1rd2|^1r_2|^1rb2|_1r^3`^1]^3a^1n^2{a1
    n_1r^2{^3b_1r_3b^3_b1r_2j^2x^3e^3aa1r_3]^1r^2|_1]_1n_1rgi^p^2|c3cg1r^1n^1]^1rc1]`1r`1]^1r_1]^2p^
    1]`1r_1]^1r^1]^1r_1]`1r_1]`1r`1]`1ri1]a1r^3a^2{^1n_2{`1r`2{^1r`3b^3d_1r^1]c1r^3ak1rgi`3ccp^o^pb1
    r^1n`2{^2xe1]^1r`1]^1r`1]q2|^1rm2|_1r^2x^1]`1na2{^1r_1n^1l^1r`1n^3_d1r^3f^3g^1r`2|_1r^1]_1r_1]_1
    n_1rgid1r^2od3c^p^1]^1n_2{^2oe1]^1r`1]^1rt1]^1rg1]^1rb1]_1r^3`^1]^2{^1n^3h^2{^3a_2{^1r^1n_3h^1r_
    3h^1n^3dd1r_3ac1r_1]^1r_1]_1n_1rgi^1r_1]^3ii1r^2x^1n_2{f1]^1r`1]^1r`1]1c2|_2x^1]^3a_2{a1n^1r`2{^
    1r`3b^3_^3j^pa1r`1]^3ad3c`1]_1n_1rgif3c^pc1]^1r^2x_2{^1ro1]`1ru1]^1rf1]^1r^1]_1rd1]`1r^3ka1r^3a_
    2{`1n^1r^1n^1r_2{^3b^2{`3b^3ac1rgi_1r_2{^ci1r1m1]^1n^1]^3la1n_3m^3da1r^oc1]^1`^1na3n`1n^cgi_c1b1
    r_1]^1r^1]^1rb1]^1ru1]^1r^1]^1rg1]^1n^1]^3la1n_3o^2x_1n^1]_1rb1]^1r^1`^1ra3p_1n^2x^1rgi_1r_s_1]1
    ]1r^1]`pec^3qcc^p^c`p_1ecpgig3c^p^1e^p^1e^p^3r^e^f^e^f_2{`1]^2pa1]^1ra1]^2pa1]^2pa1]^2pa1]^2pi1]
    ^2p`1]a1r^3s^3t^1l^3u_1l^3v^1l^3va3t^1n^2{^3t^1l_1c^3d^c_1cb1]c1n^1la1n^1ra1n^1la1n^1la1n^1la1n^
    1li1n^1l`1n^1rep^1ecp^1r_pbcap_c1b1r1c2|^3]a2|_3w^1n^3e_1n^2{b1n^3`^3w^3_^3d_2{_1n^2|giccc2|_2{_
    1na2|`1n^2|`3w_2|d3w`2|a1nj2|^1n^3w^2{_1nc3w^1e^2|^3wgi`3w^1n_p1cj^1r^jb1r^j_1r1hm^c^1_`m3]3x2e3
    y2u3z2f1]^1ra1]_1rd1]^1r^1]^1ra1]_1r1f1]^1ra1]_1r1^1]^1ra1]_1rd1]^1r^1]^1ra1]_1rl1]^1r1v1]^1ra1]
    _1r2`1]_1r`1cfcq3c`1rm1]gpc1r2sj_1rcm_1r^hCi1]^3{^cn1]^bw1]^e^f`1r2h1]`c`3|e1]d1ro1]_1n^3d^4]f1r
    p1]_1n^4^_cf1ro1]_1ni1rj1]^1r`1]^1r_1ni1r1q2|_1n^2{d1ne2{^1n_2{f1n^3_^1n`c^1``c^o^1]^1c_1rgic1rg
    3cc1rcc^hac`1n^v^2xgic1r1`1]^1`1r1]d1rb1]_4_1_1]^1y^1]b1r2c1]g1r|1]^1r`1na2{_1n`2{a1r_2{^1nc2{^1
    x^1c^1ea1r^p`1r_cgi{1]_1rb1]h1r1i1]a1rw1]c1rgi^3c`1r1_pt1]^1c^1e_2{^1n_1r_c1r2|^2{^1n^2{d1n^1r^3
    _^3w^1n_3we1nc2{_1ne1c_1r^1egic1rgic1rdc^1`cc_1rb1cc1e_1c^1e^1wm2x1_2jl1ra1n^2{^1]^2p^1]^2p^1]^2
    p^2|^3]^1]^2p`1]^2p1^2|^3`^3ab1n^3h^1n^3h_2{_3b^1n^3h^4`e2|^1r_2ogidcgp^1c^1ed1cfp`2o_1n^2{{2|^2
    {a1n_2{_1n^4a^3__1n_2|gi^1]`2|1e1]^3`^2{_1n`2{^1n^2{`1n_4ae1rac1a1]e2{e1n_2{^1n^3``1rbcgi`1r`1]g
    i{1]c1`_cfm^j^mb1r1hj_1r`jece1r`1c^c^1jb1e_1ca1e^1c^2{d1ja1]^1ea1]_4b^1c_4c^3i_1c^1]b1r1im`1_^1`
    h1_^1`o1_^1`y1_jm^1_1_m1b1__1c^1ed1c^1e_1c^1p^4d^1e^1g1b1cb2x^2z^1o^1e^1c^1e^z^{^z^{^z^{^z^{^z^{
    ^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{
    ^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{
    ^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^zb{^x^{_m^j
    ^m^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z
    ^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^z^{^j^m^j^m^j
    ^me{ezc{_1rcz_1re{eze{ezc{_1rcz_1re{^1r^z^1r^z^1r^z^1r^ze{ezk{_1re{e4ee{e4ee{e4eb{^1r_{az^4e^q^{
    _q^1t`{^1r_{az^4e`1ta{_1r_{az^1r`1te{bz`1t_1r`{^1r_{az^4e^1t^q^1r_4ffn^v^4g^4h_v^h^4iah^c^3q^t^y
    ^e_t^y^e^tac`3q^c^4j^4kbv^n`c_3q^c_3q^c^t^y^c^4l^c^3q_l`c^u^e^f_3q^4lec^u^c^l_c^3qdc^nbv^4mgv^w^
    1__1rcw`4n^4o^4p^1_gw`4n^4o^4p^1rj1_`1reo^4quol1r_1c_1ja1c`1j_1ca1w^1c`1w_1j^1c^1e^1c_1ja1e^1cl1
    r_4r^1u^4r^p_4r^1u^p^4r^x`1u_x`1u^x^p^1u^4r^p^ub1u_p_4r^4s^p^1u^p^z^p^1u^p_z_1u^p^x_1u^j^1u^xas^
    4t^p^4r_x_1u^4nau^1uax^p^u_p^m^pmwm4um4v`3|^j^ma3|^w_pa1rau^4wbr_4xap^u_p^u_p^u_p_r`p^4x{p^4y_4x
    _p^u^p^u|pmu^4xau^4x_u^4xtu^4x^u^4xbu_4n^u_4nmu^4x_u^4x_u^4x^u^4xsu^4x^u^4xgub4x_u_4x_u_4xcu_4x_
    u_4x_u_4x1_ua4x1mua4xcua4xouep^e^f^e^fkp_rap_ucp^r^4z^4{2np^u{pvuxp^ripcudphrap`r1lps1rhpr1r1yww
    4ri4|^5]j4|w5^^wr3c5gp_rgp^r^uep^r^u1sp`ua4w^ubrfp^r_p^r_p_r_p^rap^r_p^r^p_r_p^r`p^r`p_rep`rbp^r
    ^p^rbpirhp_r_p^r^p_r^p^rcp^uhp^r_p_ropcr^p^r^p_r`p_rbp^r_p_rap_rhp_rbp_r_p^rbp_r^p^r^p_rqp_rbpcr
    ^par_p^rap^r_p^r_pcr^p^r_p^r^p^r^p^rcp^r`p^rcp^rgp_rlp^r_p^rap^r^p^rap`r^p^rhp_r`p^e^f^e^f^e^f^e
    ^f^e^f^e^f^e^f{3c^p`rfp^rkp^rkp^rbu^e^f|u^e^f^e^f^e^f^e^f^e^fmu8]p1qu_4w2ju^e^f^e^f^e^f^e^f^e^f^
    e^f^e^f^e^f^e^f^e^f^e^f1|u^e^f^e^f1]u^e^fku^4n3du`4n3bu^4x1`ubp`rpp_rppru_pcu`p^rap^r{p_1r1]p^1r
    3fp1mj1mm^j^m`j_m^j^m^j^m^j^maj^m^j_m^jcm_1_`j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m
    ^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m
    ^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j_mcp^j^m^j^m`1c^j^mb1rac^3c_c1cm^1r^mb1r^m_1r1
    u1]d1r^1_^ck1r^3dt1]f1rd1]^1rd1]^1rd1]^1rd1]^1rd1]^1rd1]^1rd1]^1rd1]^1r1]1c_c^t^y^t^y`c^t^y^c^t^
    yfc^h_c^h^c^t^y_c^t^y^e^f^e^f^e^f^e^fbc^1`gc_hac^h^c^ej2o_p`2o^5_^5`^5_^5`^5_^5`^5_^5`^5a1_1rw5b
    ^1ra5b^5c2p5b^5ci1r6s5cw1rmp^n`c^p^5d^1]^5e^e^f^e^f^e^f^e^f^e^f_p^e^f^e^f^e^f^e^f^h^e_f^pf5e^5f^
    1y^1d^1x_5g^5hb1`^4r^p`5i^5d^1]^5j_p^1rh1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]
    ^2p^1]^2p^1]^2p_1]^2p^1]^2p^1]^2pc1]_2p^1]_2p^1]_2p^1]_2p^1]_2ps1]^2p_1]_1r_5k_q^1`^1q^s^hh1]^2p
    ^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p^1]^2p_1]^2p^1]^2p^1]^2pc1]_2p^1]_2p
    ^1]_2p^1]_2p^1]_2ps1]^2p_1]a2p^c_1`^1q^sb1r1h1]^1r2{s^1r_pawg4r1]1]1cpf1r^pm1]|4r^1rgw{4re3c^4rl
    w|4r^pgwj4r^4s^4r^4st4rlw1|4r^p8]4r6>]5l2]pD@]5lr1]^1`13t1]`1r1tpf1r1e1]c1`_c8i1]^1``cm1]gi_1]q1
    r^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^1]
    ^1c`1w^cg1c^c^1`^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m_1__1c2c1]g3|_1ccce1rt1a
    f1`_1a^j^m^j^m^j^m^j^m^j^m^j^m^j`m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j
    ^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^1_em^j^m^j^m_j^m^j^m^j^m^j^m^j^m^
    1`_1a^j^m^j^m^1]^j^m^j`m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^m^j^mbj^mbj^m^j^m^j^m^j^m^j^m^j^m^j^m
    ^j^maj^m^j^m_j^m^5m^1r^j^m^5m^m^5m^m^j^m^j^m^j^m^jr1r`1`^j^m^1]_1_^md1]^1n`1]^3da1]^1nt1]_2{_1n^
    2{ap^2x`1rc3c_p^o^pc1r1q1]ace1r_2{1o1]m2{^3d^4_e1r_cgic1ro1cc1]`c^1]^c_1]^2xgiy1]b1n`1e_ct1]h1n^
    2{^4ah1r^cz3x`1r`1n^2{b1]`2|`1]1a2|^3`_2{a1n_2{^1n^4__2{^4`jc^1r^1`gia1r_cb2|^1n^1`f2|gib2|^1r1f
    1]c1n_2{_1n_2{_1nf1r`1]^1ne1]^1n^2{_1rgi_1racm2|^1``2|`1]`p^2|^3w^1n^3w_2|1m1]^1c^1]_1c^1e_1]_1c
    b1]_1c^1]^1c^1]u1r_1]^1`_ch2|^2{_1n_2{_c^1]_1`^2{^3_g1rc1]_1rc1]_1rc1]f1rd1]^1rd1]^1r1hm^1aa1_fm
    ^1`_1aa1r2mmx2|e1]_2{^1n_2{^1n_2{^c^2{^3d_1rgic1r^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5
    o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5o^5nx5oi1rt3ya1r1n3za1r20]5p68]5q8k5r_5l^5r^5l^5r_5lg5r^5l^5
    r^5l^5r_5l_5r`5l2a5r_1r3g5r1c1rdxi1rbxb1r^2p^5s^2pfs^4nj2p^1rb2p^1r^2p^1r_2p^1r_2p^1rf2p3`sn1am1
    r;hs^f^emp2]s_1r1ssd1r^p1]1ris^4q`pm1nd3q^4o^4p^3qc1rd1cd1e_1c^3q_4i_5t^4o^4p^4o^4p^4o^4p^4o^4p^
    4o^4p^4o^4p^4o^4p^4o^4p_c^4o^4pa3q`5t`3q^1ra3q^4i^4o^4p^4o^4p^4o^4p`3q^4n^4i`4n^1r^3q^4q_3qa1r`s
    ^1]^s^1r4ds_1r^v^1r`3q^4q`3q^4o^4p^3q^4n^3q^4i_3qg5u_3q`4n_3qw|^4o^3q^4p^q^5t^qwx^4o^4n^4p^4n^4o
    ^4p^3q^4o^4p_3qgs^1_1js_5v|s`1rcs_1rcs_1rcs_1r`s`1r_4q^4n^q^4r_4q^1r^4ra4n_4r^1rf4m`v^p^5w_1ri1]
    ^1rw1]^1rp1]^1r_1]^1rl1]_1rk1]1_1r3x1]b1r`ca1r1j3c`1rfp1r3|a3cnp_3c`p^1rjp`1r^p1l1r1jp^1e4_1rz1]
    `1r1n1]l1r^1ex3ca1r1]1]a3cf1rq1]^3|e1]^3|b1r1c1]b1cb1r{1]^1r^c1a1]a1re1]^cb3|1g1r1ej1em2k1]_1rgi
    c1r1aja1r1ama1r1e1]e1r1q1]h1r^chj^1rlj^1rdj^1r_j^1rhm^1rlm^1rdm^1r_m`1r1q1]i1r9t1]f1rs1]g1re1]u1
    rc1`^1r1g1`^1rf1`2b1rc1]_1r^1]^1r1i1]^1r_1]`1r^1]_1rt1]^1r^ce3ct1]_pd3c|1]e1rf3c1m1rp1]^1r_1]b1r
    b3cs1]c3c`1r^cw1]b1r^c2]1r1u1]a1r_3c_1]m3c_1r1k3c^2|`1n^1r_1nb1r^1n^1e^1n^1ca2|^1r`2|^1rz2|_1r^1
    c^1j^1ea1r^3_f3cd1rfcd1rz1]_3c^cz1]`3c1]1re1]^py1]^1c^1ea1rb3cdcf1r1s1]`1rdcs1]_1re3cp1]b1re3co1
    ]d1raci1rd3c2m1r2f1]1t1r1pjj1r1pmd1rc3c1a1]a2xe1rgic1rgia1]^1`^1]sj`1rb2x^5a^1`sme1r_u6m1r|3c^1r
    1g1]^1r_2x^5a_1r_1]m1r`1]c1rb2j1]1ri2ja2xz1]g3c^1]e1rs1]h2xa3cb2os1ro1]a2xa2o1c1rr1]d3cq1rt1]f1r
    ^2{^1n^2{1r1]k1n^3ddca1rq3cgi^2x_1]_2x^1]f1r^3d_1n^2{t1]^2p^1]^2pk1]^2pa1]`2{a1n_2{^3d^3^_c^2kac
    ^2xg1r^2y_1rv1]d1rgic1r`1c1a2|^3ea1n^2{^1n_1l`1n^3_^3d^1rgiac^2|_3i^2|e1r1`1]^3`_c^1]f1r_1n^2{1m
    1]`2{f1n^2{^4a^1]_3j^1]ac^5x^3`_1n^c^3i^2xgi^1]^c^1]`c^1rq3ch1ro1]^1rv1]`2{`1n_2{^1n^4a^3`^1ncc^
    4__1]^2x1{1rd1]^1r^1]^1ra1]^1rl1]^1rg1]^cc1r1l1]^1n`2{c1n^3`^3db1rgic1r_1n_2{^1re1]_1r_1]_1rs1]^
    1rd1]^1r_1]^1rb1]^1r^2x^3`^1]^3a^2{^1na2{_1r_2{_1r_3b^4a_1r^1]c1r^3ab1rb1]_2{_1rd1c`1rb1ch1rg2|^
    1r^2|_1r^2|^1r1c2|^1r^1]^4]_3ic2x^1r^4]_1r^4]^1r`4]^3i^1r_3i^2x^4]^5y^3j^2x^1]_2o^1r_2oe1r_2xz1r
    1r1]`2{e4__2{^5z_4_^2{^5{a1]b2ogi_2o^1r^2o^2x`1]{1r1m1]^3a_2{c1n^2{^3e_3b^3a^3b_1n^2{^3d^3`_1]^c
    ^1]e1rgi5c1r1l1]^3a_2{a1n_1r_2{_3b_1n^2{^3d^3`tca1]_1n1_1r1m1]`2{e1n_2{^1n^2{^3d^1n`c^1]h1rgic1r
    j2op1r1h1]^1n^2{^1n_2{c1n^4a^3`^1]^2oc1rgic1rqiy1rx1]_1r^1n^5|^1n_3wa1n^2{a1n^3da1rgi_3c`c^pd1]5
    v1r1i1]`3if2x^3i_2x^2o3a1r1]j1]mgif3ci1r^1]d2|_1r^2|_1re2|^1r_2|^1ru2|^4]b3i^1r_3i_1r_2x^4]^5y^3
    j^3i^3j^3i^2x`2of1rgi2c1re1]_1r1d1]`3ia2x_1r_2xa3i^2x^1]^2o^1]^3ix1r^2|g2x1e2|c2x^3i^4ca2xe2o^5y
    e1r^2|c2x_3i`2x1e2|c3jj2x^3i^2x^5y`2o^1]b2oj1r2f1]d1rg2o^6]2r1r^2j^6^`2j^6^^2j^6^2u1r1^1]^2ok1rg
    ic1rf1]^1r1b1]^2{d4_^1rc4_^2{^5z^1]b2og1rgip3c`1r_2o{1]_1rs4_^1r^2{d4_^2{_4_^2{_4_2f1rd1]^1r_1]^
    1r1c1]c2x`1r^2x^1r_2x^1rd2x^3j^2xe1rgic1rc1]^1r_1]^1r1]1]b3i^1r_2x^1r_3i^2x^3i^2x^1]d1rgi1s1rg6_
    c1r^2j^6]7k1rp1]_2x_3i_2od1r_2x^3j^3ij2|^1r1_2|_3ib2x`1r_3i^2x^4]^5yj2ogi^2x2r1r^1]l1rr3cepaonpj
    1r^2oLw1]3c1r3l3|^1rbch1r6a1]2Bi1r3^1]_2oj1r11m1]m6`^2xc1]l2xg1r3Lx1]b1rBd1]6Ev1r{1]i2x`3i`2xgi1
    Fc1rAv1]d1r|1]^1rgia1r_c2l1]^1rgic1r{1]_1rb1j^cg1r1m1]d1cbcapa1`^c^pg1rgi^1rd3c^1rr1]b1rp1]=m1r`
    1`1]1]^3y`1]a3y_1``2ogi6c1r1]j1]mt3ca2ob1rv5m2d1r2h1]a1r^2x^1]1k2{f3id1ra1nj1`2]1r_1`^6a^5d^2xh1
    r_6b_1r`6_f1r5Ou1]e1r16s1]1f1rg1]8Gd1ra1`^1rd1`^1r_1`^1r9`1]l1r^1]z1r`1]_1r^1]k1ra1]e1r<i1]28a1r
    3h1]b1rj1]`1rf1]d1rg1]_1r^p^1n^1j^cav3Jy1r7mpgic1r=qp2i1r1k2x_1rt2xf1r3qp1y1r7spg1r1dp_2j1rpd4y_
    6c`1j`p^6db6ceve1e_pb1c_1e{pa1cjpc4y1gpr1r2_p`1c^pg1r`2je1r_2j_1r^2j1]1r_2j1{1rq3ci1rq3ci1r2tpf1
    rv3c4d1rw1uwxw1udx^1roxw1uwx^1u^1r_1u_1r^1u_1r_1u_1ra1u^1re1uax^1r^x^1rdx^1rhxw1uwx_1u^1ra1u_1re
    1u^1rd1u^1rwx_1u^1ra1u^1rb1u^1r^1u`1rd1u^1rwxw1uwxw1uwxw1uwxw1uwxw1uwxw1uyx_1rv1u^4nvx^4ncxv1u^4
    nvx^4ncxv1u^4nvx^4ncxv1u^4nvx^4ncxv1u^4nvx^4ncx^1u^x_1r1o5u@]p1t1nap1o1nep^1nkp^1n_pbcl1rb1n^1rl
    1n12m1rgm^1]qmc1rcm6r1rd2z^1rn2z_1rd2z^1r_2z^1rb2zb1r1{1`1^1r^2x3m1r1j1]`1rd2xd1`_1rgia1r^1]^p:]
    1r{1]^2xn1r1i1]a2xgib1r^o>m1rx1]^1`a2xgi6s1r{1]_2x^1]gia1r^2o7`1r^2j_1r^2jd1r_2jb1r^2j7g1rd1]^1r
    a1]^1r_1]^1rl1]^1r6b1]_1rf3cd1e1f1r1_j1_mc2z^5{^1`a1rgia1r_2oHn1r1x3c^p`3c^oa3c2i1r1j3c^pl3c6_1r
    as^1rxs^1r_s^1r^s_1r^s^1rgs^1ras^1r^s^1r^sc1r^sa1r^s^1r^s^1r^s^1r`s^1r_s^1r^s_1r^s^1r^s^1r^s^1r^
    s^1r^s^1r_s^1r^s_1ras^1rds^1ras^1ras^1r^s^1rgs^1rnsb1r`s^1rbs^1rns1q1r_u8k1rap^r1dpa6e3api6elp_6
    elp^6ekp^r^6e1bpg6ehw_3c`p|4r^pw5^c4rw6f_4rap_6gi6f_6gg6fap^r^p^4rgrpp^1r1t6ew6h^4r_4sj6eg4r^4sq
    4r^4s_4rf4s^4ra6ef4rd6e_4sk6ecp4w6e1_r_p3mr_p_r^p`r_p2pr_p`r^parb6i7{r^p1|rhpcr^purdp_r_perip^r_
    par_p^rap_rjp_r_p^rep_rfp^rbp`rip`rep`r_p^r^p^rap^rcp^r`p^rcp2sr1mp2crbper_p`ra6egr`p^r^p_r`6e^r
    _pgr`6e3tpa1r2|p_1ra6eira6e^rl1ripa6e1upe6egpc6e1epe6e{p_6eipa6e_pk6ef1r1d6eip1lr^pgr^p5vr2qpa1r
    e6ekp_6ejr`6egrb6e1urd6elr_6ehrc6efrd6e4pp^1r2ypgic1rO{6e_1r19G]5l1]1r41w5lc1r6{5l_1r5D_5lk1r79n
    5ll1rCk5l2=_1r@{5r1?_1r4Jh5lb1r43]5lEG2m1r^4m^v{4m3]6j4]4m7m1n3@m4m1L0]1r1OO{5q_1r1OO{5q_1r
    """
}
