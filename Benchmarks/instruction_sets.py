"""Holds the libraries to an instruction set, by the environment in which they are started.

README.md says of each switch how it was found to act.
"""

from __future__ import annotations

import os

#: What holds each library to AVX2. OpenBLAS takes its kernels by a processor's name; what NumPy
#: calls its own AVX-512 loops has changed, and it leaves aside names that it does not know.
AVX2 = {
    "BACKPROP_ISA": "avx2",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR "
    "AVX512F AVX512CD",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
}

#: The same for what XLA compiles; and it must compile matrix products and convolutions too, since
#: the library that it would call for them chooses by the processor alone.
XLA_AVX2 = "--xla_cpu_max_isa=AVX2 --xla_cpu_experimental_ynn_fusion_type="

#: The kernels that OpenBLAS is tried with where it may use AVX-512, and a processor that has them.
#: Which it takes by itself follows from the processor's model; which are faster, from the size too.
OPENBLAS_KERNELS = {"AVX-512 kernels": "SkylakeX", "AVX2 kernels": "Haswell"}


def environments(isa: str, library: str) -> dict[str, dict[str, str]]:
    """Returns the environments in which a library is measured with an instruction set, by name.

    More than one where a library has a choice that it reads from there; the fastest counts.
    """
    if isa == "avx2":
        flags = f"{os.environ.get('XLA_FLAGS', '')} {XLA_AVX2}".strip()
        return {"": {**AVX2, "XLA_FLAGS": flags}}
    if isa != "avx512":
        return {"": {}}
    if library == "numpy" and "OPENBLAS_CORETYPE" not in os.environ:
        return {name: {"OPENBLAS_CORETYPE": core} for name, core in OPENBLAS_KERNELS.items()}
    return {"": {"BACKPROP_ISA": "avx512"}}
