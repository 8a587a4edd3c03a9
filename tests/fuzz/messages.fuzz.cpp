// Messages from another process, as CAF hands them to the registry: an error,
// or a message that reads back equal and that the registry survives.

#include "property.hpp"

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/message.hpp>

#include <support/crank.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace act = foreman::actors;

using foreman::fuzz::require;

namespace {

using buffer = std::vector<char>;

// What foreman's messages to and from a registry are made of. CAF itself reads
// others, not all of them soundly: it takes the memory that a peer claims to
// need for a sequence of bytes, and throws. So peers must be trusted, and the
// input is looked at no further when it names another type.
bool is_of_ours(std::string_view type) {
  static constexpr std::array<std::string_view, 5> plain{
    "@atom", "@str", "@u64", "@timespan", "bool"};
  return type.starts_with("foreman::")
    || type.starts_with("std::vector<foreman::")
    || std::find(plain.begin(), plain.end(), type) != plain.end();
}

// The names of the types of a message are `@<>+first+second`.
bool names_ours(std::string_view names) {
  if (!names.starts_with("@<>"))
    return false;
  for (names.remove_prefix(3); !names.empty();) {
    names.remove_prefix(1);
    const auto name = names.substr(0, names.find('+'));
    if (!is_of_ours(name))
      return false;
    names.remove_prefix(name.size());
  }
  return true;
}

bool is_message_of_ours(caf::actor_system& system, const buffer& bytes) {
  caf::binary_deserializer source{system, bytes};
  std::uint16_t number = 0;
  std::string names;
  return !source.begin_object(number, names) && number == 0
    && names_ours(names);
}

bool is_error_of_ours(caf::actor_system& system, const buffer& bytes) {
  caf::binary_deserializer source{system, bytes};
  std::uint8_t code = 0;
  caf::atom_value category{};
  if (source(code, category))
    return false;
  const auto rest = source.remainder();
  const auto* const begin = reinterpret_cast<const char*>(rest.data());
  return is_message_of_ours(system, buffer{begin, begin + rest.size()});
}

// `source(message)` and `sink(message)` lose the errors of a message.
caf::error load(caf::deserializer& source, caf::message& value) {
  return value.load(source);
}

caf::error load(caf::deserializer& source, caf::error& value) {
  return source(value);
}

caf::error save(caf::serializer& sink, const caf::message& value) {
  return value.save(sink);
}

caf::error save(caf::serializer& sink, caf::error& value) {
  return sink(value);
}

template <class T>
buffer written(caf::actor_system& system, T& value) {
  buffer result;
  caf::binary_serializer sink{system, result};
  require(!save(sink, value), "what was read can be written");
  return result;
}

// Reads a value and checks that it is the same when written and read again.
template <class T>
bool read(caf::actor_system& system, const buffer& bytes, T& value) {
  caf::binary_deserializer source{system, bytes};
  if (load(source, value))
    return false; // a clean error
  const auto once = written(system, value);
  T again;
  caf::binary_deserializer second{system, once};
  require(!load(second, again) && second.remaining() == 0,
          "what was written can be read");
  require(written(system, again) == once, "it reads back equal");
  return true;
}

void check_error(caf::actor_system& system, const buffer& bytes) {
  caf::error why;
  if (!is_error_of_ours(system, bytes) || !read(system, bytes, why))
    return;
  const auto ours = act::to_error(why);
  require(ours && !ours.message().empty() && !to_string(ours.code()).empty(),
          "an error from elsewhere is an error with a text", to_string(ours));
  require(act::to_error(act::to_caf_error(ours)) == ours,
          "an error is the same on the other side", to_string(ours));
}

class target {
public:
  caf::actor_system& system() {
    return crank_->system();
  }

  void check_message(const buffer& bytes) {
    caf::message message;
    if (!is_message_of_ours(system(), bytes) || !read(system(), bytes, message))
      return;
    // Of foreman's own types only these leave a process.
    for (std::size_t i = 0; i < message.size(); ++i)
      require(message.type(i).second == nullptr
                || *message.type(i).second == typeid(foreman::errc)
                || *message.type(i).second == typeid(foreman::drain_policy),
              "what holds pointers or callables is not made of bytes",
              to_string(message));
    deliver(message);
  }

private:
  // As a remote peer sends it: to any actor, whatever its interface.
  void deliver(const caf::message& message) {
    const auto registry = crank_->shared().way_in.registry();
    const auto before = registry.id();
    caf::anon_send(caf::actor_cast<caf::actor>(registry), message);
    crank_->settle();
    require(crank_->jobs().shared().books.totals().admitted == 0,
            "no job is made of bytes");
    // It ends by `stop` alone, and then nobody makes it anew.
    const bool ends = message.match_elements<caf::atom_value>()
      && message.get_as<caf::atom_value>(0) == act::stop_atom::value;
    require(ends || crank_->shared().way_in.registry().id() == before,
            "the registry survives any message", to_string(message));
    const bool drains = message.match_elements<caf::atom_value, caf::timespan,
                                               foreman::drain_policy>();
    // CAF keeps a line of text for each message that no handler takes.
    if (ends || drains || ++delivered_ % 1'000 == 0)
      crank_ = make();
  }

  static std::unique_ptr<foreman::test::crank> make() {
    return std::make_unique<foreman::test::crank>(
      foreman::system_options{.workers = 1, .log = [](auto, auto) {}});
  }

  std::unique_ptr<foreman::test::crank> crank_ = make();
  std::size_t delivered_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  // Never destroyed: CAF's own globals may be gone by then.
  static auto& tested = *new target;
  if (size == 0)
    return 0;
  const buffer bytes{data + 1, data + size};
  if (data[0] % 2 == 0)
    tested.check_message(bytes);
  else
    check_error(tested.system(), bytes);
  return 0;
}
