// What the C++ peers have in common: the vector files, the clocks and the line protocol that README.md describes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace peer {

// Vectors of one .fvecs file, row-major [rows × dimension].
struct Vectors {
    int64_t rows = 0;
    int dimension = 0;
    std::vector<float> values;

    const float* row(int64_t i) const { return values.data() + i * dimension; }

    // Gives the memory back when an index has its own copy.
    void release() { std::vector<float>().swap(values); }
};

enum class Metric { InnerProduct, L2 };

struct Arguments {
    std::string kind;   // which index of the library, in the library's own words
    Vectors base;
    Vectors queries;
    Metric metric = Metric::InnerProduct;
    int k = 10;
    std::string cache;  // file name of the built index without its extension; empty: keep none
};

// What a peer tells of its index.
struct Built {
    std::string version;
    double cpuSeconds = 0;    // processor seconds of training and adding
    int64_t memoryBytes = 0;  // beside the float32 vectors
};

// Takes a setting such as "nprobe=8,k_factor_rf=4".
using Configure = std::function<void(const std::string& setting)>;

// Writes the k nearest rows of a query.
using Search = std::function<void(const float* query, int64_t* rows)>;

inline double seconds(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

// All threads of the process, of which only one should ever run.
inline double cpuSeconds() { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

inline Vectors readVectors(const std::string& path, bool normalise, int multiple) {
    FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) throw std::runtime_error("cannot open " + path);
    Vectors vectors;
    int32_t dimension = 0;
    while (std::fread(&dimension, sizeof dimension, 1, file) == 1) {
        vectors.dimension = (dimension + multiple - 1) / multiple * multiple;
        vectors.values.resize((vectors.rows + 1) * static_cast<size_t>(vectors.dimension));
        float* row = vectors.values.data() + vectors.rows * vectors.dimension;
        if (std::fread(row, sizeof(float), dimension, file) != static_cast<size_t>(dimension)) throw std::runtime_error(path + " is cut");
        double square = 0;
        for (int d = 0; d < dimension; d++) square += static_cast<double>(row[d]) * row[d];
        if (normalise && square > 0) {
            const auto scale = static_cast<float>(1 / std::sqrt(square));
            for (int d = 0; d < dimension; d++) row[d] *= scale;
        }
        vectors.rows++;
    }
    std::fclose(file);
    vectors.values.shrink_to_fit();
    return vectors;
}

// Arguments: KIND BASE QUERIES ip|cosine|l2 K [CACHE]. Cosine is the inner product of normalised vectors.
// multiple: vectors are filled up with zeros to a multiple of so many dimensions, which changes neither metric.
inline Arguments readArguments(int count, char** texts, int multiple = 1) {
    if (count < 6) throw std::runtime_error("usage: KIND BASE QUERIES ip|cosine|l2 K [CACHE]");
    const std::string metric = texts[4];
    Arguments arguments;
    arguments.kind = texts[1];
    arguments.base = readVectors(texts[2], metric == "cosine", multiple);
    arguments.queries = readVectors(texts[3], metric == "cosine", multiple);
    arguments.metric = metric == "l2" ? Metric::L2 : Metric::InnerProduct;
    arguments.k = std::stoi(texts[5]);
    arguments.cache = count > 6 ? texts[6] : "";
    return arguments;
}

// The figures of an index that an earlier run built and kept; false: there is none.
inline bool readBuilt(const std::string& cache, Built& built) {
    FILE* file = cache.empty() ? nullptr : std::fopen((cache + ".built").c_str(), "r");
    if (file == nullptr) return false;
    long long bytes = 0;
    const bool whole = std::fscanf(file, "%lf %lld", &built.cpuSeconds, &bytes) == 2;
    built.memoryBytes = bytes;
    std::fclose(file);
    return whole;
}

// Written last, so that an index whose writing was cut short is built again.
inline void writeBuilt(const std::string& cache, const Built& built) {
    if (cache.empty()) return;
    FILE* file = std::fopen((cache + ".built").c_str(), "w");
    if (file == nullptr) throw std::runtime_error("cannot write " + cache + ".built");
    std::fprintf(file, "%f %lld\n", built.cpuSeconds, static_cast<long long>(built.memoryBytes));
    std::fclose(file);
}

// Searched before the clock starts, for caches that another process filled while this one waited.
constexpr int64_t warmQueries = 50;

// The number of a setting "name=number".
inline int numberOf(const std::string& setting) { return std::stoi(setting.substr(setting.find('=') + 1)); }

// Answers `run COUNT SETTING` until the input ends: COUNT queries one by one, on this thread; after the last comes the first again.
inline void serve(const Arguments& arguments, const Built& built, const Configure& configure, const Search& search) {
    std::printf("ready %f %lld %s\n", built.cpuSeconds, static_cast<long long>(built.memoryBytes), built.version.c_str());
    std::fflush(stdout);
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream words(line);
        std::string verb, setting;
        int64_t count = 0;
        words >> verb >> count >> setting;
        if (verb != "run" || count < 1) throw std::runtime_error("not understood: " + line);
        configure(setting);
        std::vector<int64_t> unread(arguments.k);
        for (int64_t i = 0; i < std::min({count, warmQueries, arguments.queries.rows}); i++) search(arguments.queries.row(i), unread.data());

        std::vector<double> microseconds(count);
        const int64_t queries = arguments.queries.rows;
        std::vector<int64_t> rows(queries * arguments.k);
        const double cpu = cpuSeconds(), begin = seconds(CLOCK_MONOTONIC);
        double last = begin;
        for (int64_t i = 0; i < count; i++) {
            int64_t* found = rows.data() + i % queries * arguments.k;
            std::fill_n(found, arguments.k, -1);
            search(arguments.queries.row(i % queries), found);
            const double now = seconds(CLOCK_MONOTONIC);
            microseconds[i] = 1e6 * (now - last);
            last = now;
        }
        const double cpuEnd = cpuSeconds();
        std::printf("times %.9f %.9f", last - begin, cpuEnd - cpu);
        for (const double time : microseconds) std::printf(" %.2f", time);
        std::printf("\nrows");
        for (int64_t i = 0; i < std::min(count, queries) * arguments.k; i++) std::printf(" %lld", static_cast<long long>(rows[i]));
        std::printf("\n");
        std::fflush(stdout);
    }
}

}  // namespace peer
