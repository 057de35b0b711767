// One function, compiled for several processors; the loader takes the best that this one can run.
// The loader asks before a sanitizer's runtime is ready, so under one there is a single version.
#pragma once

#if defined(__x86_64__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
