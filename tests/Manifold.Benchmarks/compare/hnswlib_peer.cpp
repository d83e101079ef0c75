// hnswlib. KIND is M16, the neighbours of a row; the setting is ef=NUMBER.
#include <hnswlib/hnswlib.h>

#include <memory>

#include "peer.h"

namespace {

using Graph = hnswlib::HierarchicalNSW<float>;

// The library's fast distances need a multiple of 16 dimensions.
constexpr int dimensionMultiple = 16;

// efConstruction, the library's own default.
constexpr int constructionEffort = 200;

std::unique_ptr<Graph> build(const peer::Arguments& arguments, hnswlib::SpaceInterface<float>* space) {
    auto graph = std::make_unique<Graph>(space, arguments.base.rows, std::stoi(arguments.kind.substr(1)), constructionEffort);
    for (int64_t i = 0; i < arguments.base.rows; i++) graph->addPoint(arguments.base.row(i), i);
    return graph;
}

// The links of level 0, which lie beside each vector, and those of the levels above.
int64_t memoryOf(const Graph& graph) {
    auto bytes = static_cast<int64_t>(graph.cur_element_count * (graph.size_data_per_element_ - graph.data_size_));
    for (size_t i = 0; i < graph.cur_element_count; i++) bytes += static_cast<int64_t>(graph.element_levels_[i] * graph.size_links_per_element_);
    return bytes;
}

}  // namespace

int main(int count, char** texts) try {
    auto arguments = peer::readArguments(count, texts, dimensionMultiple);
    std::unique_ptr<hnswlib::SpaceInterface<float>> space;
    if (arguments.metric == peer::Metric::L2)
        space = std::make_unique<hnswlib::L2Space>(arguments.base.dimension);
    else
        space = std::make_unique<hnswlib::InnerProductSpace>(arguments.base.dimension);

    peer::Built built;
    std::unique_ptr<Graph> graph;
    if (peer::readBuilt(arguments.cache, built)) {
        graph = std::make_unique<Graph>(space.get(), arguments.cache + ".hnswlib");
    } else {
        const double begin = peer::cpuSeconds();
        graph = build(arguments, space.get());
        built.cpuSeconds = peer::cpuSeconds() - begin;
        built.memoryBytes = memoryOf(*graph);
        if (!arguments.cache.empty()) graph->saveIndex(arguments.cache + ".hnswlib");
        peer::writeBuilt(arguments.cache, built);
    }
    arguments.base.release();
    built.version = "hnswlib 0.6.2";

    peer::serve(
        arguments, built, [&](const std::string& setting) { graph->setEf(peer::numberOf(setting)); },
        [&](const float* query, int64_t* rows) {
            auto found = graph->searchKnn(query, arguments.k);
            for (; !found.empty(); found.pop()) *rows++ = static_cast<int64_t>(found.top().second);
        });
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
