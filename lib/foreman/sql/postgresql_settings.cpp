#include <foreman/sql/postgresql_connection.hpp>

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <climits>
#include <memory>
#include <optional>
#include <string>

namespace foreman::sql {

namespace {

struct free_options {
  void operator()(PQconninfoOption* x) const {
    PQconninfoFree(x);
  }
};

using options_ptr = std::unique_ptr<PQconninfoOption, free_options>;

constexpr std::array<number_setting, 7> numbers{{
  {"port", 1, 65'535},
  {"connect_timeout", 0, 86'400},
  {"keepalives", 0, 1},
  {"keepalives_idle", 0, 86'400},
  {"keepalives_interval", 0, 86'400},
  {"keepalives_count", 0, 1'000},
  {"tcp_user_timeout", 0, INT_MAX},
}};

error refuse(std::string_view why) {
  return {
    errc::invalid_option,
    fmt::format("{}; allowed is postgresql:KEY=VALUE ... with the keys of "
                "libpq, or statement_timeout, and a value with blanks in "
                "single quotes, or "
                "postgresql://USER:PASSWORD@HOST:PORT/DATABASE?KEY=VALUE",
                why)};
}

bool is_uri(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

bool is_known(const std::string& key) {
  const options_ptr all{PQconndefaults()};
  for (const auto* x = all.get(); x != nullptr && x->keyword != nullptr; ++x)
    if (key == x->keyword)
      return true;
  return false;
}

// What libpq says of a fault shows the text around it, so it is not passed on.
std::string fault_in(std::string_view text) {
  if (is_uri(text))
    return "the PostgreSQL string is no URI that libpq can read";
  const auto read = read_settings(text);
  if (!read)
    return read.error().message();
  std::size_t number = 0;
  for (const auto& x : *read) {
    ++number;
    if (!is_known(x.key))
      return fmt::format("setting {} has an unknown key", number);
  }
  return "libpq cannot read the PostgreSQL string";
}

// Of one setting, with a server that is nowhere: what libpq refuses before it
// looks for a server is the setting.
bool is_accepted(const setting& x) {
  const std::array<const char*, 3> keys{"host", x.key.c_str(), nullptr};
  const std::array<const char*, 3> values{"/dev/null", x.value.c_str(),
                                          nullptr};
  return PQpingParams(keys.data(), values.data(), 0) != PQPING_NO_ATTEMPT;
}

// Takes our own setting out of `text`, as libpq does not know it; the last one
// if there are several.
std::optional<std::string> take_statement_timeout(std::string& text) {
  static constexpr std::string_view key = "statement_timeout";
  std::optional<std::string> result;
  if (!is_uri(text)) {
    auto read = read_settings(text);
    const auto* found = read ? find(*read, key) : nullptr;
    if (found == nullptr)
      return {}; // what cannot be read, libpq refuses
    result = *found;
    std::erase_if(*read, [](const setting& x) { return x.key == key; });
    text = to_text(*read);
    return result;
  }
  const auto question = text.find('?');
  if (question == std::string::npos)
    return {};
  std::string kept;
  std::string_view rest{text};
  rest.remove_prefix(question + 1);
  while (!rest.empty()) {
    const auto one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (one.starts_with(key) && one.substr(key.size()).starts_with('='))
      result = one.substr(key.size() + 1);
    else
      kept += (kept.empty() ? "?" : "&") + std::string{one};
  }
  text = text.substr(0, question) + kept;
  return result;
}

// What the server is told at the login, so that a reset goes back to it. The
// environment is asked as libpq does where the string has no options.
void add_option(settings& to, const std::string& option) {
  std::string all;
  if (const auto* given = find(to, "options"))
    all = *given;
  else if (const options_ptr defaults{PQconndefaults()})
    for (const auto* x = defaults.get(); x->keyword != nullptr; ++x)
      if (std::string_view{x->keyword} == "options" && x->val != nullptr)
        all = x->val;
  assign(to, "options", all + (all.empty() ? "" : " ") + option);
}

} // namespace

expected<settings> postgresql_settings(std::string_view from) {
  if (from.find('\0') != std::string_view::npos)
    return refuse("the database string has a zero byte");
  std::string text{from};
  const auto statement_timeout = take_statement_timeout(text);
  const options_ptr read{PQconninfoParse(text.c_str(), nullptr)};
  if (!read)
    return refuse(fault_in(text));
  settings result;
  for (const auto* x = read.get(); x->keyword != nullptr; ++x)
    if (x->val != nullptr)
      result.push_back({x->keyword, x->val});
  for (const auto* key : {"host", "hostaddr", "port"})
    if (const auto* value = find(result, key);
        value != nullptr && value->find(',') != std::string::npos)
      return refuse(fmt::format("{} names several servers, but what is known "
                                "of a connection is known of one",
                                key));
  if (auto ok = check_numbers(result, numbers); !ok)
    return refuse(ok.error().message());
  for (const auto& x : result)
    if (x.key != "host" && x.key != "hostaddr" && !is_accepted(x))
      return refuse(fmt::format("{} has a value that libpq refuses", x.key));
  if (statement_timeout) {
    constexpr std::array<number_setting, 1> range{
      {{"statement_timeout", 1, longest_statement_timeout}}};
    if (auto ok
        = check_numbers({{"statement_timeout", *statement_timeout}}, range);
        !ok)
      return refuse(ok.error().message());
    add_option(result, "-c statement_timeout=" + *statement_timeout);
  }
  return result;
}

} // namespace foreman::sql
