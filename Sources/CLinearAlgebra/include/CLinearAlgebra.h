// The arithmetic that Swift calls C for. Matrices are row-major and dense. Nothing here allocates
// what it returns, and nothing keeps a pointer.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gamut_word_rows.h"

// ---- OpenBLAS, loaded at first use (openblas.c) ----

/// Loads OpenBLAS once a process; later calls return what the first one did.
/// On failure returns a number other than 0 and writes the loader's words to `error`.
int gamut_blas_open(char *error, size_t error_size);

/// The processor kernel in use ("SkylakeX"), or "" while nothing is loaded.
const char *gamut_blas_core_name(void);

/// The library's version and build, or "" while nothing is loaded.
const char *gamut_blas_config(void);

/// Threads inside one call, 1 after loading. For yardsticks: Gamut itself runs one call a thread,
/// because a sum's last bits depend on how OpenBLAS divides it.
void gamut_blas_set_threads(int count);

// All of the following need a successful gamut_blas_open.

/// scatter[j][l] = sum over rows of x[j] * x[l], for l >= j; below the diagonal nothing is written.
void gamut_scatter(const float *rows, size_t row_count, size_t dimension, float *scatter);

/// product = left * transpose(right): left is m by inner, right n by inner, product m by n.
void gamut_multiply_transposed(const float *left, const float *right, size_t m, size_t n,
                               size_t inner, float *product);

/// product = transpose(left) * right: left is inner by m, right inner by n, product m by n.
void gamut_transposed_multiply(const float *left, const float *right, size_t m, size_t n,
                               size_t inner, float *product);

/// product = left * transpose(right) in double.
void gamut_multiply_transposed_double(const double *left, const double *right, size_t m, size_t n,
                                      size_t inner, double *product);

/// product = left * right in double: left is m by inner, right inner by n.
void gamut_multiply_double(const double *left, const double *right, size_t m, size_t n,
                           size_t inner, double *product);

/// The largest `count` eigenvalues, ascending, and their unit eigenvectors, one a row, of the
/// symmetric matrix whose upper triangle is given; the matrix is destroyed. Returns LAPACK's info,
/// or -1000 when memory ran out.
int gamut_leading_eigenvectors(double *matrix, size_t dimension, size_t count, double *values,
                               double *vectors);

/// Subtracts from `vector` its share of each of `count` orthonormal rows, twice, so that what is
/// left is orthogonal to them to rounding; returns the length of what is left.
double gamut_remove_shares(const double *rows, size_t count, size_t dimension, double *vector,
                           double *shares);

// ---- One pass over a block of rows (moments.c) ----

/// Adds up the columns and finds the largest magnitude. Returns the first row that holds a NaN or
/// an infinity, or -1.
ptrdiff_t gamut_column_sums(const float *rows, size_t row_count, size_t dimension, double *sums,
                            float *largest);

/// x = x * scale - shift[column], in place.
void gamut_shift_rows(float *rows, size_t row_count, size_t dimension, float scale,
                      const float *shift);

/// total[j][l] += partial[j][l] * scale + between * difference[j] * difference[l]
///                - count * rest[j] * rest[l], for l >= j.
void gamut_add_scatter(double *total, const float *partial, size_t dimension, double scale,
                       double between, const double *difference, double count,
                       const double *rest);

/// total[i] += partial[i] * scale.
void gamut_add_scaled(double *total, const float *partial, size_t count, double scale);

/// The sum of the squares of `count` values, in eight lanes of double.
double gamut_sum_of_squares(const float *values, size_t count);

// ---- Number formats (convert.c) ----

/// IEEE binary16 to binary32, exactly; `halves` need not be aligned.
void gamut_half_to_float(const void *halves, float *floats, size_t count);

/// IEEE binary64 to binary32, to nearest; `doubles` need not be aligned.
void gamut_double_to_float(const void *doubles, float *floats, size_t count);

// ---- Projection in a fixed order (project.c) ----

/// Lanes of a dot product; components and centre are padded with zeros to a multiple of it.
#define GAMUT_PROJECTION_LANES 16

/// How many variants of the kernel this processor can run; they give the same bits.
int gamut_projection_variant_count(void);

/// out[r][c] = sum over j of (rows[r][j] - centre[j]) * components[c][j], minus offsets[c].
///
/// Lane i takes j = i, i + 16, i + 32, … in that order, each product and each sum rounded; the lanes
/// are then added as a tree: i with i + 8, i + 4, i + 2, i + 1. So a row's coordinates depend on
/// that row and on the dimension only.
///
/// `components` are component_count rows of `padded` floats, `centre` is one, where `padded` is
/// the dimension rounded up to GAMUT_PROJECTION_LANES. `variant` counts from 0, the most general;
/// -1 takes the fastest.
void gamut_project(const float *rows, size_t row_count, size_t dimension, const float *components,
                   size_t component_count, const float *centre, const float *offsets, float *out,
                   int variant);

// ---- Distances from centroids in a fixed order (centroids.c) ----

/// Lanes of centroids, or of rows; both are padded to a multiple of twice as many where they lie in
/// columns.
#define GAMUT_CENTROID_LANES 16

/// How many variants of the kernels this processor can run; they give the same bits.
int gamut_centroid_variant_count(void);

/// numbers[r] = the centroid nearest to row r, the smaller number of equally near ones, and
/// squares[r] = sum over j of (rows[r * stride + j] - centroid[j])^2, in order of j, each difference,
/// product and sum rounded.
///
/// `columns` are `dimension` rows of `padded` floats, a centroid a column; those that only fill up
/// must be so far that their distance is an infinity. `variant` counts from 0, the most general; -1
/// takes the fastest.
void gamut_nearest_centroids(const float *rows, size_t row_count, size_t stride, size_t dimension,
                             const float *columns, size_t padded, int32_t *numbers, float *squares,
                             int variant);

/// squares[r] = the lesser of squares[r] and row r's squared distance from `centroid`, as above, for
/// r below `count`; returns their sum in double, which depends on nothing else.
///
/// `columns` are `dimension` rows of `height` floats, a row of the data a column. `count` is a
/// multiple of 2 * GAMUT_CENTROID_LANES.
double gamut_lower_squares(const float *columns, size_t count, size_t height,
                           size_t dimension, const float *centroid, float *squares, int variant);

// ---- Near points (near_points.c) ----

/// Points in a block, side by side coordinate by coordinate.
#define GAMUT_NEAR_LANES 16

/// Coordinates between two looks at whether a block holds any near point still.
#define GAMUT_NEAR_STEP 4

/// Writes the numbers of the points whose squared distance to `point` is at most `bound`, ascending, with
/// these distances, and returns how many. Block b holds points 16 b to 16 b + 15 as coordinate_count rows
/// of 16 floats; `found` and `squares` have room for one number more than there are points.
size_t gamut_near_points(const float *blocks, size_t block_count, size_t coordinate_count,
                         const float *point, float bound, uint32_t *found, float *squares);

// ---- Numbers that reach a bound (at_least.c) ----

/// Writes the places of the values that are at least `bound`, ascending, and returns how many; `found` has
/// room for one more than there are values.
size_t gamut_at_least(const float *values, size_t count, float bound, uint32_t *found);

/// The same for values that are at least `bound` or at least the bound of their place in `bounds`.
size_t gamut_at_least_either(const float *values, size_t count, float bound, const float *bounds,
                             uint32_t *found);
