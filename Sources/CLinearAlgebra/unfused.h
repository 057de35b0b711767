// Included by every file whose bits shall be the same on every processor: no product and sum
// are fused into one rounding, whatever contraction the compiler does by default.
#pragma once

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif
