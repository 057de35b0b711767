// Renaming with conditions, which the C library has but Swift's Glibc does not show.
#pragma once

/// Fails with EEXIST where the new name is taken.
#define GAMUT_RENAME_NOREPLACE 1u
/// The two names change places.
#define GAMUT_RENAME_EXCHANGE 2u

extern int renameat2(
  int old_folder, const char *old_name, int new_folder, const char *new_name, unsigned int flags);
