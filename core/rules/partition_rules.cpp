#include "core/rules/partition_rules.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "core/model/plugin_call.hpp"
#include "core/model/plugin_error.hpp"

namespace assay::core {
namespace {

using Failure = tl::unexpected<std::string>;

// What a rule sees of its snapshot: its own bytes and no others.
struct Stream {
  assay_stream c;  // first: the rule hands its address back
  std::vector<std::byte>* bytes;
  std::size_t read = 0;
};

assay_status write(const assay_stream* stream, const void* data, std::uint64_t size) {
  auto& bytes = *reinterpret_cast<const Stream*>(stream)->bytes;
  const auto* begin = static_cast<const std::byte*>(data);
  bytes.insert(bytes.end(), begin, begin + size);
  return ASSAY_OK;
}

std::uint64_t read(const assay_stream* stream, void* data, std::uint64_t size) {
  auto& self = *reinterpret_cast<Stream*>(const_cast<assay_stream*>(stream));
  const auto count = std::min<std::uint64_t>(size, self.bytes->size() - self.read);
  if (count > 0) std::memcpy(data, self.bytes->data() + self.read, count);
  self.read += count;
  return count;
}

Stream stream_of(std::vector<std::byte>& bytes) {
  return {{sizeof(assay_stream), 0, &write, &read}, &bytes};
}

void put_text(StateSink& sink, const std::string& text) {
  sink.put(static_cast<std::uint32_t>(text.size()));
  sink.write(std::as_bytes(std::span(text)));
}

bool take_text(StateSource& source, std::string& text) {
  std::uint32_t size = 0;
  if (!source.take(size) || size > source.remaining()) return false;
  text.resize(size);
  return source.read(std::as_writable_bytes(std::span(text)));
}

}  // namespace

PartitionRules::~PartitionRules() {
  for (const auto& instance : instances_) {
    if (!instance.rule) continue;
    enter_plugin(instance.door, instance.whom, [&] { instance.api->destroy(instance.rule); });
  }
}

void PartitionRules::succeed(const PartitionRules& elder, const GoesOn& goes_on, const Make& make,
                             const BegunAnew& begun_anew) {
  std::vector<std::byte> bytes;
  for (auto& instance : instances_) {
    const auto known = std::ranges::find(elder.instances_, instance.id, &Instance::id);
    if (!instance.rule || known == elder.instances_.end() || !known->rule) continue;
    if (!goes_on(instance.id)) {
      begun_anew(instance.id, "its plugin is another one");
      continue;
    }
    bytes.clear();
    auto stream = stream_of(bytes);
    assay_error error;
    const auto saved = enter_plugin(known->door, known->whom, error, [&] {
      return known->api->save(known->rule, &stream.c, &error);
    });
    if (saved == ASSAY_END) {
      begun_anew(instance.id, "there is no state of it to go on with");
      continue;
    }
    if (saved != ASSAY_OK) {
      begun_anew(instance.id, "it cannot save its state: " + error.message);
      continue;
    }
    error.clear();
    const auto version = known->api->state_version;
    const auto loaded = enter_plugin(instance.door, instance.whom, error, [&] {
      return instance.api->load(instance.rule, &stream.c, version, &error);
    });
    if (loaded == ASSAY_OK) continue;
    begun_anew(instance.id,
               "it cannot load state of version " + std::to_string(version) + ": " + error.message);
    // It may have taken half of it.
    enter_plugin(instance.door, instance.whom, [&] { instance.api->destroy(instance.rule); });
    instance = make(instance.id);
  }
}

void PartitionRules::tick(std::int64_t now) {
  for (const auto& instance : instances_) {
    if (!instance.rule || !instance.api->tick) continue;
    enter_plugin(instance.door, instance.whom, [&] { instance.api->tick(instance.rule, now); });
  }
}

tl::expected<void, std::string> PartitionRules::save(StateSink& sink) const {
  struct Saved {
    const Instance* instance;
    std::vector<std::byte> bytes;
  };
  std::vector<Saved> all;
  for (const auto& instance : instances_) {
    if (!instance.rule) continue;
    std::vector<std::byte> bytes;
    auto stream = stream_of(bytes);
    assay_error error;
    const auto saved = enter_plugin(instance.door, instance.whom, error, [&] {
      return instance.api->save(instance.rule, &stream.c, &error);
    });
    if (saved == ASSAY_END) continue;
    if (saved != ASSAY_OK) {
      return Failure("rule `" + instance.id + "` cannot save its state: " + error.message);
    }
    all.push_back({&instance, std::move(bytes)});
  }
  sink.put(static_cast<std::uint32_t>(all.size()));
  for (const auto& one : all) {
    put_text(sink, one.instance->id);
    sink.put(one.instance->api->state_version);
    sink.put(std::uint64_t{one.bytes.size()});
    sink.write(one.bytes);
  }
  return {};
}

tl::expected<void, std::string> PartitionRules::load(StateSource& source) {
  std::uint32_t count = 0;
  if (!source.take(count)) return Failure("the state of the rules is cut off");
  std::string id;
  std::vector<std::byte> bytes;
  for (; count > 0; --count) {
    std::uint64_t version = 0;
    std::uint64_t size = 0;
    if (!take_text(source, id) || !source.take(version) || !source.take(size) ||
        size > source.remaining()) {
      return Failure("the state of the rules is cut off");
    }
    bytes.resize(size);
    if (!source.read(bytes)) return Failure("the state of the rules is cut off");
    const auto instance = std::find_if(instances_.begin(), instances_.end(),
                                       [&](const auto& one) { return one.id == id; });
    // A rule that is configured no more, or could not be made.
    if (instance == instances_.end() || !instance->rule) continue;
    auto stream = stream_of(bytes);
    assay_error error;
    const auto loaded = enter_plugin(instance->door, instance->whom, error, [&] {
      return instance->api->load(instance->rule, &stream.c, version, &error);
    });
    if (loaded != ASSAY_OK) {
      return Failure("rule `" + id + "` cannot load its state of version " +
                     std::to_string(version) + ": " + error.message);
    }
  }
  return {};
}

}  // namespace assay::core
