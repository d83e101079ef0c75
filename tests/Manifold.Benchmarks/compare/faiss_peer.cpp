// Faiss. KIND is a string for its index factory, such as IVF2048,PQ50x4fs,RFlat; settings are those of its parameter space.
#include <faiss/AutoTune.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/impl/io.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>
#include <omp.h>

#include <algorithm>
#include <memory>

#include "peer.h"

namespace {

// Counts what an index takes when it is written: its arrays, and no memory that training left behind.
struct CountingWriter : faiss::IOWriter {
    int64_t bytes = 0;

    size_t operator()(const void* /*data*/, size_t size, size_t count) override {
        bytes += static_cast<int64_t>(size * count);
        return count;
    }
};

// As many neighbours are weighed for a new row as by the other graphs that are compared.
constexpr int constructionEffort = 200;

std::unique_ptr<faiss::Index> build(const peer::Arguments& arguments) {
    const auto metric = arguments.metric == peer::Metric::L2 ? faiss::METRIC_L2 : faiss::METRIC_INNER_PRODUCT;
    std::unique_ptr<faiss::Index> index(faiss::index_factory(arguments.base.dimension, arguments.kind.c_str(), metric));
    if (auto* graph = dynamic_cast<faiss::IndexHNSW*>(index.get())) graph->hnsw.efConstruction = constructionEffort;
    index->train(arguments.base.rows, arguments.base.values.data());
    index->add(arguments.base.rows, arguments.base.values.data());
    return index;
}

}  // namespace

int main(int count, char** texts) try {
    omp_set_num_threads(1);
    auto arguments = peer::readArguments(count, texts);
    peer::Built built;
    std::unique_ptr<faiss::Index> index;
    if (peer::readBuilt(arguments.cache, built)) {
        index.reset(faiss::read_index((arguments.cache + ".faiss").c_str()));
    } else {
        const double begin = peer::cpuSeconds();
        index = build(arguments);
        built.cpuSeconds = peer::cpuSeconds() - begin;
        CountingWriter writer;
        faiss::write_index(index.get(), &writer);
        built.memoryBytes = std::max<int64_t>(0, writer.bytes - static_cast<int64_t>(sizeof(float) * arguments.base.values.size()));
        if (!arguments.cache.empty()) faiss::write_index(index.get(), (arguments.cache + ".faiss").c_str());
        peer::writeBuilt(arguments.cache, built);
    }
    arguments.base.release();
    built.version = "Faiss " + std::to_string(FAISS_VERSION_MAJOR) + "." + std::to_string(FAISS_VERSION_MINOR) + "." + std::to_string(FAISS_VERSION_PATCH);

    const faiss::ParameterSpace parameters;
    std::vector<float> distances(arguments.k);
    peer::serve(
        arguments, built,
        [&](const std::string& setting) {
            if (setting != "-") parameters.set_index_parameters(index.get(), setting.c_str());
        },
        [&](const float* query, int64_t* rows) { index->search(1, query, arguments.k, distances.data(), rows); });
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
