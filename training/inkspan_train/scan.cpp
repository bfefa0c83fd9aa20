// The recurrence of a Rodimus mixer, S_t = diag(exp(la_t)) S_{t-1} + k_t u_t, o_t = q_t S_t, and its gradients, on a processor.
//
// Columns of the state need nothing of each other, so a tile of a few columns goes through a block of tokens in the first-level cache. No
// state is stored for the gradients: dq comes from a second pass forwards, dk and du from one backwards (G_t = q_t do_t + a_{t+1} G_{t+1}), and
// dla_t = q_t dq_t - k_t dk_t + dla_{t+1}, from sum_m G_t S_t written in both ways (Yang et al. 2023, arXiv 2312.06635, appendix C).
//
// Arrays are contiguous: q, k, la [B, T, n], u, o [B, T, m], states [B, n, m]. m may be anything: tiles are padded with zeros.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

namespace {

constexpr int VECTORS = 4;  // of 32 bytes: the columns of a tile
constexpr int BLOCK = 8;    // tokens

// A decaying state ends in denormal numbers, which are a hundred times as slow: here they are zero.
struct FlushDenormals {
#ifdef __SSE2__
    unsigned before = _mm_getcsr();
    FlushDenormals() { _mm_setcsr(before | 0x8040); }
    ~FlushDenormals() { _mm_setcsr(before); }
#endif
};

template <class T> struct Row {
    typedef T V __attribute__((vector_size(32)));
    static constexpr int WIDTH = VECTORS * 32 / sizeof(T);
    struct Lanes { V v; };
    struct Tile { V v[VECTORS]; };
    typedef std::vector<Tile> Tiles;

    const int64_t t, n, m, tiles;

    Row(int64_t t, int64_t n, int64_t m) : t(t), n(n), m(m), tiles((m + WIDTH - 1) / WIDTH) {}

    // Columns `tile` of `rows` rows of m elements, padded.
    void pack(const T* from, int64_t rows, int64_t tile, Tile* to) const {
        const int64_t at = tile * WIDTH, count = std::min<int64_t>(WIDTH, m - at);
        for (int64_t r = 0; r < rows; ++r) {
            T* row = reinterpret_cast<T*>(to + r);
            std::copy_n(from + r * m + at, count, row);
            std::fill(row + count, row + WIDTH, T(0));
        }
    }

    void unpack(const Tile* from, int64_t rows, int64_t tile, T* to) const {
        const int64_t at = tile * WIDTH, count = std::min<int64_t>(WIDTH, m - at);
        for (int64_t r = 0; r < rows; ++r) std::copy_n(reinterpret_cast<const T*>(from + r), count, to + r * m + at);
    }

    Tiles state(const T* from) const {
        Tiles s(tiles * n);
        for (int64_t c = 0; c < tiles; ++c) pack(from, n, c, s.data() + c * n);
        return s;
    }

    void keep(const Tiles& s, T* to) const {
        for (int64_t c = 0; c < tiles; ++c) unpack(s.data() + c * n, n, c, to);
    }

    // The lanes of every row's sum, added up.
    void sum(const std::vector<Lanes>& lanes, int64_t count, T* to) const {
        for (int64_t i = 0; i < count * n; ++i) {
            T x = 0;
            for (size_t l = 0; l < 32 / sizeof(T); ++l) x += lanes[i].v[l];
            to[i] = x;
        }
    }

    void forward(const T* q, const T* k, const T* u, const T* la, const T* first, T* o, T* last) const {
        Tiles states = state(first);
        std::vector<T> a(BLOCK * n);
        Tile us[BLOCK], os[BLOCK];
        for (int64_t at = 0; at < t; at += BLOCK) {
            const int64_t count = std::min<int64_t>(BLOCK, t - at);
            for (int64_t i = 0; i < count * n; ++i) a[i] = std::exp(la[at * n + i]);
            for (int64_t c = 0; c < tiles; ++c) {
                Tile* __restrict s = states.data() + c * n;
                pack(u + at * m, count, c, us);
                for (int64_t x = 0; x < count; ++x) {
                    const T *ax = &a[x * n], *kx = k + (at + x) * n, *qx = q + (at + x) * n;
                    const Tile ux = us[x];
                    Tile ox = {};
                    for (int64_t i = 0; i < n; ++i) {
                        const T ai = ax[i], ki = kx[i], qi = qx[i];
#pragma GCC unroll 4
                        for (int j = 0; j < VECTORS; ++j) {
                            const V y = s[i].v[j] * ai + ux.v[j] * ki;
                            s[i].v[j] = y;
                            ox.v[j] += y * qi;
                        }
                    }
                    os[x] = ox;
                }
                unpack(os, count, c, o + at * m);
            }
        }
        keep(states, last);
    }

    void backward(const T* q, const T* k, const T* u, const T* la, const T* first, const T* go, const T* glast,
                  T* dq, T* dk, T* du, T* dla, T* dfirst) const {
        Tiles states = state(first), grads = state(glast);
        std::vector<T> a(BLOCK * n);
        std::vector<Lanes> lanes(BLOCK * n);
        Tile us[BLOCK], gs[BLOCK], ds[BLOCK];
        for (int64_t at = 0; at < t; at += BLOCK) {
            const int64_t count = std::min<int64_t>(BLOCK, t - at);
            for (int64_t i = 0; i < count * n; ++i) a[i] = std::exp(la[at * n + i]);
            std::fill(lanes.begin(), lanes.end(), Lanes{});
            for (int64_t c = 0; c < tiles; ++c) {
                Tile* __restrict s = states.data() + c * n;
                pack(u + at * m, count, c, us);
                pack(go + at * m, count, c, gs);
                for (int64_t x = 0; x < count; ++x) {
                    const T *ax = &a[x * n], *kx = k + (at + x) * n;
                    const Tile ux = us[x], gx = gs[x];
                    Lanes* __restrict lane = &lanes[x * n];
                    for (int64_t i = 0; i < n; ++i) {
                        const T ai = ax[i], ki = kx[i];
                        V part = lane[i].v;
#pragma GCC unroll 4
                        for (int j = 0; j < VECTORS; ++j) {
                            const V y = s[i].v[j] * ai + ux.v[j] * ki;
                            s[i].v[j] = y;
                            part += y * gx.v[j];
                        }
                        lane[i].v = part;
                    }
                }
            }
            sum(lanes, count, dq + at * n);
        }
        std::vector<double> suffix(n, 0);
        for (int64_t c = 0; c < tiles; ++c)
            for (int64_t i = 0; i < n; ++i)
                for (int j = 0; j < VECTORS; ++j)
                    for (size_t l = 0; l < 32 / sizeof(T); ++l)
                        suffix[i] += double(states[c * n + i].v[j][l]) * double(grads[c * n + i].v[j][l]);
        for (int64_t at = (t - 1) / BLOCK * BLOCK; at >= 0; at -= BLOCK) {
            const int64_t count = std::min<int64_t>(BLOCK, t - at);
            for (int64_t i = 0; i < count * n; ++i) a[i] = std::exp(la[at * n + i]);
            std::fill(lanes.begin(), lanes.end(), Lanes{});
            for (int64_t c = 0; c < tiles; ++c) {
                Tile* __restrict g = grads.data() + c * n;
                pack(u + at * m, count, c, us);
                pack(go + at * m, count, c, gs);
                for (int64_t x = count - 1; x >= 0; --x) {
                    const T *ax = &a[x * n], *kx = k + (at + x) * n, *qx = q + (at + x) * n;
                    const Tile ux = us[x], gx = gs[x];
                    Tile dx = {};
                    Lanes* __restrict lane = &lanes[x * n];
                    for (int64_t i = 0; i < n; ++i) {
                        const T ai = ax[i], ki = kx[i], qi = qx[i];
                        V part = lane[i].v;
#pragma GCC unroll 4
                        for (int j = 0; j < VECTORS; ++j) {
                            const V y = g[i].v[j] + gx.v[j] * qi;
                            part += y * ux.v[j];
                            dx.v[j] += y * ki;
                            g[i].v[j] = y * ai;
                        }
                        lane[i].v = part;
                    }
                    ds[x] = dx;
                }
                unpack(ds, count, c, du + at * m);
            }
            sum(lanes, count, dk + at * n);
            for (int64_t x = at + count - 1; x >= at; --x)
                for (int64_t i = 0; i < n; ++i) {
                    suffix[i] += double(q[x * n + i]) * double(dq[x * n + i]) - double(k[x * n + i]) * double(dk[x * n + i]);
                    dla[x * n + i] = T(suffix[i]);
                }
        }
        keep(grads, dfirst);
    }
};

// Rows of the batch, divided among threads.
template <class F> void rows(int64_t b, int threads, F&& row) {
    auto some = [&](int64_t from, int64_t to) {
        FlushDenormals flush;
        for (int64_t r = from; r < to; ++r) row(r);
    };
    const int64_t count = std::max<int64_t>(1, std::min<int64_t>(threads, b));
    std::vector<std::thread> others;
    for (int64_t i = 1; i < count; ++i) others.emplace_back(some, b * i / count, b * (i + 1) / count);
    some(0, b / count);
    for (auto& other : others) other.join();
}

template <class T> void forward(int64_t b, int64_t t, int64_t n, int64_t m, int threads, const T* q, const T* k, const T* u, const T* la,
                                const T* first, T* o, T* last) {
    const Row<T> row(t, n, m);
    rows(b, threads, [&](int64_t r) {
        const int64_t x = r * t * n, y = r * t * m, z = r * n * m;
        row.forward(q + x, k + x, u + y, la + x, first + z, o + y, last + z);
    });
}

template <class T> void backward(int64_t b, int64_t t, int64_t n, int64_t m, int threads, const T* q, const T* k, const T* u, const T* la,
                                 const T* first, const T* go, const T* glast, T* dq, T* dk, T* du, T* dla, T* dfirst) {
    const Row<T> row(t, n, m);
    rows(b, threads, [&](int64_t r) {
        const int64_t x = r * t * n, y = r * t * m, z = r * n * m;
        row.backward(q + x, k + x, u + y, la + x, first + z, go + y, glast + z, dq + x, dk + x, du + y, dla + x, dfirst + z);
    });
}

}  // namespace

#define EXPORT(T, NAME)                                                                                                                  \
    extern "C" void scan_forward_##NAME(int64_t b, int64_t t, int64_t n, int64_t m, int threads, const T* q, const T* k, const T* u,     \
                                        const T* la, const T* first, T* o, T* last) {                                                   \
        forward<T>(b, t, n, m, threads, q, k, u, la, first, o, last);                                                                    \
    }                                                                                                                                    \
    extern "C" void scan_backward_##NAME(int64_t b, int64_t t, int64_t n, int64_t m, int threads, const T* q, const T* k, const T* u,    \
                                         const T* la, const T* first, const T* go, const T* glast, T* dq, T* dk, T* du, T* dla,          \
                                         T* dfirst) {                                                                                    \
        backward<T>(b, t, n, m, threads, q, k, u, la, first, go, glast, dq, dk, du, dla, dfirst);                                        \
    }

EXPORT(float, f32)
EXPORT(double, f64)
