// USearch by the C++ headers of its npm package. KIND is f32 or bf16, how it keeps vectors; the setting is ef=NUMBER.
#include <usearch/index_dense.hpp>

#include "peer.h"

namespace {

namespace us = unum::usearch;

// As the other graphs that are compared: links of a row, and how many rows are weighed for a new one.
constexpr int connectivity = 16, constructionEffort = 200;

us::metric_punned_t metricOf(const peer::Arguments& arguments) {
    return us::metric_punned_t(
        arguments.base.dimension, arguments.metric == peer::Metric::L2 ? us::metric_kind_t::l2sq_k : us::metric_kind_t::ip_k,
        arguments.kind == "bf16" ? us::scalar_kind_t::bf16_k : us::scalar_kind_t::f32_k);
}

us::index_dense_t make(const peer::Arguments& arguments) {
    us::index_dense_config_t config(connectivity, constructionEffort);
    config.enable_key_lookups = false;
    return us::index_dense_t::make(metricOf(arguments), config);
}

// What it takes when it is written, without what its allocator keeps in reserve; less float32 vectors, if those are what it keeps.
int64_t memoryOf(const us::index_dense_t& index, const peer::Arguments& arguments) {
    return static_cast<int64_t>(index.serialized_length()) - (arguments.kind == "bf16" ? 0 : static_cast<int64_t>(sizeof(float) * arguments.base.values.size()));
}

}  // namespace

int main(int count, char** texts) try {
    auto arguments = peer::readArguments(count, texts);
    auto index = make(arguments);
    if (!index.try_reserve(us::index_limits_t(arguments.base.rows, 1))) throw std::runtime_error("not enough memory");
    peer::Built built;
    if (peer::readBuilt(arguments.cache, built)) {
        if (auto loaded = index.load((arguments.cache + ".usearch").c_str()); !loaded) throw std::runtime_error(loaded.error.release());
        if (!index.try_reserve(us::index_limits_t(arguments.base.rows, 1))) throw std::runtime_error("not enough memory");
    } else {
        const double begin = peer::cpuSeconds();
        for (int64_t i = 0; i < arguments.base.rows; i++) {
            if (auto added = index.add(i, arguments.base.row(i), 0); !added) throw std::runtime_error(added.error.release());
        }
        built.cpuSeconds = peer::cpuSeconds() - begin;
        built.memoryBytes = memoryOf(index, arguments);
        if (!arguments.cache.empty()) {
            if (auto saved = index.save((arguments.cache + ".usearch").c_str()); !saved) throw std::runtime_error(saved.error.release());
        }
        peer::writeBuilt(arguments.cache, built);
    }
    arguments.base.release();
    built.version = "USearch " + std::to_string(USEARCH_VERSION_MAJOR) + "." + std::to_string(USEARCH_VERSION_MINOR) + "." + std::to_string(USEARCH_VERSION_PATCH) +
                    " (" + index.metric().isa_name() + ")";

    peer::serve(
        arguments, built, [&](const std::string& setting) { index.change_expansion_search(peer::numberOf(setting)); },
        [&](const float* query, int64_t* rows) {
            auto found = index.search(query, arguments.k, 0);
            for (size_t i = 0; i < found.size(); i++) rows[i] = static_cast<int64_t>(found[i].member.key);
        });
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
