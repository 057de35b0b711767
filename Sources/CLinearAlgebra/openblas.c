// OpenBLAS behind dlopen: starting the tool does not pay for the library's 36 MB, and the kernel can
// be chosen before the library chooses for itself.
#define _GNU_SOURCE
#include "CLinearAlgebra.h"

#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// LAPACK's own entry point, which OpenBLAS brings along; each character argument has its length
// appended, as Fortran compilers do.
typedef void dsyevr_function(const char *jobz, const char *range, const char *uplo, const int *n,
                             double *a, const int *lda, const double *vl, const double *vu,
                             const int *il, const int *iu, const double *abstol, int *m, double *w,
                             double *z, const int *ldz, int *isuppz, double *work,
                             const int *lwork, int *iwork, const int *liwork, int *info,
                             size_t jobz_length, size_t range_length, size_t uplo_length);

static struct {
  __typeof__(cblas_ssyrk) *ssyrk;
  __typeof__(cblas_sgemm) *sgemm;
  __typeof__(cblas_dgemm) *dgemm;
  __typeof__(cblas_dsyrk) *dsyrk;
  __typeof__(cblas_dgemv) *dgemv;
  __typeof__(cblas_dnrm2) *dnrm2;
  dsyevr_function *dsyevr;
  char *(*core_name)(void);
  char *(*config)(void);
  void (*set_threads)(int);
} blas;

static pthread_once_t opening = PTHREAD_ONCE_INIT;
static int open_failed = 1;
static char open_error[512];

// OpenBLAS 0.3.21 takes processors newer than itself for Haswell. Those of Intel it tells apart, so
// the choice is left to it there.
static bool needs_skylakex(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return !__builtin_cpu_is("intel") && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
#else
  return false;
#endif
}

static bool is_variable(const char *entry, const char *name) {
  size_t length = strlen(name);
  return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

// Loads the library with an environment of our own: the kernel where it must be named, and one
// thread, so that it starts none. The process's table is exchanged and put back, not edited with
// setenv, which may free it under a getenv on another thread. The table of our own is never freed,
// for the same reason.
static void *load(void) {
  extern char **environ;
  static char one_thread[] = "OPENBLAS_NUM_THREADS=1";
  static char skylakex[] = "OPENBLAS_CORETYPE=SkylakeX";
  size_t count = 0;
  while (environ != NULL && environ[count] != NULL) count++;
  // Kept reachable, so that no leak is told of what is meant to stay.
  static char **table;
  table = malloc((count + 3) * sizeof *table);
  if (table == NULL) return dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  size_t kept = 0;
  bool is_chosen = false;
  for (size_t i = 0; i < count; i++) {
    if (is_variable(environ[i], "OPENBLAS_NUM_THREADS")) continue;
    is_chosen = is_chosen || is_variable(environ[i], "OPENBLAS_CORETYPE");
    table[kept++] = environ[i];
  }
  table[kept++] = one_thread;
  if (!is_chosen && needs_skylakex()) table[kept++] = skylakex;
  table[kept] = NULL;

  char **original = environ;
  __atomic_store_n(&environ, table, __ATOMIC_SEQ_CST);
  void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
  __atomic_store_n(&environ, original, __ATOMIC_SEQ_CST);
  return library;
}

static bool find(void *library, const char *name, void *function) {
  void *symbol = dlsym(library, name);
  if (symbol == NULL) {
    snprintf(open_error, sizeof open_error, "%s", dlerror());
    return false;
  }
  memcpy(function, &symbol, sizeof symbol);
  return true;
}

static void open_once(void) {
  void *library = load();
  if (library == NULL) {
    snprintf(open_error, sizeof open_error, "%s", dlerror());
    return;
  }
  if (find(library, "cblas_ssyrk", &blas.ssyrk) && find(library, "cblas_sgemm", &blas.sgemm) &&
      find(library, "cblas_dgemm", &blas.dgemm) && find(library, "cblas_dsyrk", &blas.dsyrk) &&
      find(library, "cblas_dgemv", &blas.dgemv) &&
      find(library, "cblas_dnrm2", &blas.dnrm2) && find(library, "dsyevr_", &blas.dsyevr) &&
      find(library, "openblas_get_corename", &blas.core_name) &&
      find(library, "openblas_get_config", &blas.config) &&
      find(library, "openblas_set_num_threads", &blas.set_threads)) {
    blas.set_threads(1);
    open_failed = 0;
  }
}

int gamut_blas_open(char *error, size_t error_size) {
  pthread_once(&opening, open_once);
  if (open_failed && error_size > 0) snprintf(error, error_size, "%s", open_error);
  return open_failed;
}

const char *gamut_blas_core_name(void) { return blas.core_name ? blas.core_name() : ""; }

const char *gamut_blas_config(void) { return blas.config ? blas.config() : ""; }

void gamut_blas_set_threads(int count) { blas.set_threads(count); }

void gamut_scatter(const float *rows, size_t row_count, size_t dimension, float *scatter) {
  int d = (int)dimension;
  blas.ssyrk(CblasRowMajor, CblasUpper, CblasTrans, d, (int)row_count, 1, rows, d, 0, scatter, d);
}

void gamut_multiply_transposed(const float *left, const float *right, size_t m, size_t n,
                               size_t inner, float *product) {
  blas.sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)n, (int)inner, 1, left,
             (int)inner, right, (int)inner, 0, product, (int)n);
}

void gamut_transposed_multiply(const float *left, const float *right, size_t m, size_t n,
                               size_t inner, float *product) {
  blas.sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)m, (int)n, (int)inner, 1, left, (int)m,
             right, (int)n, 0, product, (int)n);
}

void gamut_multiply_transposed_double(const double *left, const double *right, size_t m, size_t n,
                                      size_t inner, double *product) {
  blas.dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)m, (int)n, (int)inner, 1, left,
             (int)inner, right, (int)inner, 0, product, (int)n);
}

void gamut_multiply_double(const double *left, const double *right, size_t m, size_t n,
                           size_t inner, double *product) {
  blas.dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)m, (int)n, (int)inner, 1, left,
             (int)inner, right, (int)n, 0, product, (int)n);
}

int gamut_leading_eigenvectors(double *matrix, size_t dimension, size_t count, double *values,
                               double *vectors) {
  int n = (int)dimension, first = (int)(dimension - count) + 1, last = n, found = 0, info = 0;
  double none = 0, tolerance = 0, best_work = 0;
  int best_integers = 0, ask = -1;
  int *support = malloc(2 * dimension * sizeof *support);
  double *all_values = malloc(dimension * sizeof *all_values);
  if (support == NULL || all_values == NULL) {
    free(support);
    free(all_values);
    return -1000;
  }
  // The upper triangle of a row-major matrix is the lower one of LAPACK's column-major view.
  blas.dsyevr("V", "I", "L", &n, matrix, &n, &none, &none, &first, &last, &tolerance, &found,
              all_values, vectors, &n, support, &best_work, &ask, &best_integers, &ask, &info, 1,
              1, 1);
  if (info == 0) {
    int work_size = (int)best_work, integer_size = best_integers;
    double *work = malloc((size_t)work_size * sizeof *work);
    int *integers = malloc((size_t)integer_size * sizeof *integers);
    if (work == NULL || integers == NULL) {
      info = -1000;
    } else {
      blas.dsyevr("V", "I", "L", &n, matrix, &n, &none, &none, &first, &last, &tolerance, &found,
                  all_values, vectors, &n, support, work, &work_size, integers, &integer_size,
                  &info, 1, 1, 1);
      if (info == 0 && found != (int)count) info = 1;
      memcpy(values, all_values, count * sizeof *values);
    }
    free(work);
    free(integers);
  }
  free(support);
  free(all_values);
  return info;
}

int gamut_eigenvalues(double *matrix, size_t dimension, double *values) {
  int n = (int)dimension, none_at = 0, found = 0, info = 0, support[2], ask = -1, best_integers = 0;
  double none = 0, tolerance = 0, best_work = 0, no_vector = 0;
  // The upper triangle of a row-major matrix is the lower one of LAPACK's column-major view.
  blas.dsyevr("N", "A", "L", &n, matrix, &n, &none, &none, &none_at, &none_at, &tolerance, &found,
              values, &no_vector, &n, support, &best_work, &ask, &best_integers, &ask, &info, 1, 1,
              1);
  if (info != 0) return info;
  int work_size = (int)best_work, integer_size = best_integers;
  double *work = malloc((size_t)work_size * sizeof *work);
  int *integers = malloc((size_t)integer_size * sizeof *integers);
  int *all_support = malloc(2 * dimension * sizeof *all_support);
  if (work == NULL || integers == NULL || all_support == NULL) {
    info = -1000;
  } else {
    blas.dsyevr("N", "A", "L", &n, matrix, &n, &none, &none, &none_at, &none_at, &tolerance, &found,
                values, &no_vector, &n, all_support, work, &work_size, integers, &integer_size,
                &info, 1, 1, 1);
    if (info == 0 && found != n) info = 1;
  }
  free(work);
  free(integers);
  free(all_support);
  return info;
}

void gamut_add_scatter_double(const double *rows, size_t row_count, size_t dimension,
                              double *scatter) {
  int d = (int)dimension;
  blas.dsyrk(CblasRowMajor, CblasUpper, CblasTrans, d, (int)row_count, 1, rows, d, 1, scatter, d);
}

double gamut_remove_shares(const double *rows, size_t count, size_t dimension, double *vector,
                           double *shares) {
  int m = (int)count, d = (int)dimension;
  for (int round = 0; round < 2 && m > 0; round++) {
    blas.dgemv(CblasRowMajor, CblasNoTrans, m, d, 1, rows, d, vector, 1, 0, shares, 1);
    blas.dgemv(CblasRowMajor, CblasTrans, m, d, -1, rows, d, shares, 1, 1, vector, 1);
  }
  return blas.dnrm2(d, vector, 1);
}
