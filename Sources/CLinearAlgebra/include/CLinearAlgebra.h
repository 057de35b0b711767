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

/// All eigenvalues, ascending, of the symmetric matrix whose upper triangle is given; the matrix is
/// destroyed. Returns LAPACK's info, or -1000 when memory ran out.
int gamut_eigenvalues(double *matrix, size_t dimension, double *values);

/// scatter[j][l] += sum over rows of x[j] * x[l] in double, for l >= j; below the diagonal nothing is
/// written.
void gamut_add_scatter_double(const double *rows, size_t row_count, size_t dimension,
                              double *scatter);

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

// ---- Samples of rows (sample_rows.c) ----

/// Moves the rows whose hash lies below `below` to the front, in their order; `kept` becomes their number.
///
/// The hash is that of a row's values, bit by bit, and of `seed`. Returns the first row with a NaN or an infinity,
/// whether or not it is in the sample, or -1; the rows are not defined then.
ptrdiff_t gamut_sample_rows(float *rows, size_t row_count, size_t dimension, uint64_t seed,
                            uint64_t below, size_t *kept);

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
/// `centroids` are `count` rows of `dimension` floats. `columns` is memory for `dimension` *
/// GAMUT_CENTROID_LANES floats to work in. `variant` counts from 0, the most general; -1 takes the
/// fastest. Returns the first row with a value that is not within -limit ... limit, or -1; rows from
/// that one on are not told.
ptrdiff_t gamut_nearest_centroids(const float *rows, size_t row_count, size_t stride,
                                  size_t dimension, const float *centroids, size_t count,
                                  float limit, float *columns, int32_t *numbers, float *squares,
                                  int variant);

/// Some of the centroids, and how far the others lie from each.
typedef struct {
  /// `count` rows of `dimension` floats.
  const float *rows;
  size_t count;
  /// For each pivot all centroids, nearest first, and their distances from it.
  const int32_t *nearest;
  const float *distances;
  /// What a sum of distances is multiplied by, and what is added, so that it is not too small for
  /// having been rounded.
  float slack;
  float least;
} gamut_pivots;

/// How many numbers `gamut_nearest_by_pivots` needs for `memory`.
size_t gamut_pivot_memory(size_t row_count, size_t pivot_count);

/// As `gamut_nearest_centroids`, to the bit, passing over centroids that the triangle inequality rules
/// out. `arranged` is memory for as many floats as there are in `centroids`. Where no row is refused,
/// `compared` becomes the number of distances from centroids, lanes without a row counted too, those from
/// pivots not.
ptrdiff_t gamut_nearest_by_pivots(const float *rows, size_t row_count, size_t stride,
                                  size_t dimension, const float *centroids, size_t count,
                                  float limit, float *columns, int32_t *numbers, float *squares,
                                  const gamut_pivots *pivots, float *arranged, int32_t *memory,
                                  size_t *compared, int variant);

/// sums[numbers[r] * dimension + j] += rows[r * stride + j], row by row.
void gamut_add_rows(const float *rows, size_t row_count, size_t stride, size_t dimension,
                    const int32_t *numbers, double *sums);

/// squares[r] = the lesser of squares[r] and row r's squared distance from `centroid`, as above, for
/// r below `count`; returns their sum in double, which depends on nothing else.
///
/// `columns` are `dimension` rows of `height` floats, a row of the data a column. `count` is a
/// multiple of 2 * GAMUT_CENTROID_LANES.
double gamut_lower_squares(const float *columns, size_t count, size_t height,
                           size_t dimension, const float *centroid, float *squares, int variant);

// ---- Close vectors (close_vectors.c) ----

/// Vectors in a block, side by side, two coordinates at a time.
#define GAMUT_CLOSE_LANES 16

/// What a coordinate of 1 is as a code. No sum of products of codes of unit vectors leaves 32 bits.
#define GAMUT_CLOSE_SCALE 32767

/// Writes the pairs of a query asked[q] and a vector whose cosine may be at least leasts[q], by rising block
/// and then q, and returns how many: q, the number of the vector, and what is no less than their cosine but
/// for rounding. There is room for all pairs there are.
///
/// Let w = ends[end_count - 1]. A query is w codes, its leading coordinates times GAMUT_CLOSE_SCALE, and
/// end_count rests: no less than the length of what is left of it after ends[s] coordinates, above 0. A
/// block holds 16 vectors as w / 2 rows of 16 pairs of codes, and end_count rows of 16 rests; the rest of
/// a place without a vector is minus infinity. `ends` are even and rise. `variant` as above.
size_t gamut_close_vectors(const int16_t *blocks, const float *rests, size_t block_count,
                           const int16_t *queries, const float *query_rests,
                           const uint32_t *asked, const float *leasts, size_t asked_count,
                           const uint32_t *ends, size_t end_count, uint32_t *found_queries,
                           uint32_t *found_vectors, float *bounds, int variant);
int gamut_close_variant_count(void);

/// The sum of products in any order.
float gamut_rough_product(const float *x, const float *y, size_t count);

// ---- Rows of length one (neighbours.c) ----

/// Divides each row by its length and rounds to float; scales[r] is what the rounded row is to be
/// multiplied with to have length one in double, 0 for a row of zeros, which stays as it is.
/// identities[r] is a hash of the rounded row: equal rows have equal ones. Returns the first row that
/// holds a NaN or an infinity, or -1.
ptrdiff_t gamut_unit_rows(float *rows, size_t row_count, size_t dimension, double *scales,
                          uint64_t *identities);

/// wide[r][j] = rows[r][j] * scales[r] in double, and sums[j] += wide[r][j] in the order of the rows.
void gamut_widen_rows(const float *rows, const double *scales, size_t row_count, size_t dimension,
                      double *wide, double *sums);

/// The sum of (a[j] * a_scale - b[j] * b_scale)^2, in eight lanes of double.
double gamut_squared_distance(const float *a, double a_scale, const float *b, double b_scale,
                              size_t dimension);

/// Lets `count` cosines, numbered from `first`, into a list of the greatest `limit`, descending, of
/// which `held` are there; the earlier of equal ones stands first. The one at `skipped` is passed
/// over (none when negative). Returns how many the list holds then.
size_t gamut_keep_nearest(const float *cosines, size_t count, ptrdiff_t skipped, uint32_t first,
                          size_t limit, size_t held, float *values, uint32_t *places);

/// Bins of distances 1 - cosine: 256 of equal width between 2^e and 2^(e + 1) for each e from -15 to
/// 0; what lies below falls into the first. A bin holds in its upper 24 bits how many distances fell
/// into it, in the lower 40 the sum of what they exceed its lower end by, in 2^-15 of its width.
#define GAMUT_DISTANCE_BINS 4096

/// Adds the distances to their bins, that at `skipped` left out (none when negative); fewer than 2^24
/// may fall into one bin.
void gamut_bin_distances(const float *cosines, size_t count, ptrdiff_t skipped, uint64_t *bins);

/// Takes distances out of their bins again.
void gamut_unbin_distances(const float *cosines, size_t count, uint64_t *bins);

/// The sum over the binned distances, ascending, of distance / rank, where the first one has rank
/// `rank` + 1, those of one bin are spread evenly about their mean, and those of the first bin are 0.
/// harmonic[r] = 1 + 1/2 + ... + 1/r.
double gamut_rank_weighted_sum(const uint64_t *bins, size_t rank, const double *harmonic);

/// greatest[i] = the greater of greatest[i] and values[i].
void gamut_raise(float *greatest, const float *values, size_t count);

// ---- Numbers that reach a bound (at_least.c) ----

/// Writes the places of the values that are at least `bound`, ascending, and returns how many; `found` has
/// room for one more than there are values.
size_t gamut_at_least(const float *values, size_t count, float bound, uint32_t *found);

/// The same for values that are at least `bound` or at least the bound of their place in `bounds`.
size_t gamut_at_least_either(const float *values, size_t count, float bound, const float *bounds,
                             uint32_t *found);

/// Whether any value i is at least cosine * bounds[i] - sine * sines[i].
int gamut_any_within_reach(const float *values, size_t count, const float *bounds,
                           const float *sines, float cosine, float sine);
