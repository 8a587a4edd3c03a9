#include <foreman/sql/mariadb_connection.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace foreman::sql {

namespace {

struct known_setting {
  std::string_view key;
  // What SOCI calls it.
  std::string_view name;
};

// SOCI refuses a whole string for any fault, without a word on which.
constexpr std::array<known_setting, 17> known_settings{{
  {"host", "host"},
  {"port", "port"},
  {"unix_socket", "unix_socket"},
  {"user", "user"},
  {"password", "password"},
  {"pass", "password"},
  {"dbname", "dbname"},
  {"db", "dbname"},
  {"charset", "charset"},
  {"connect_timeout", "connect_timeout"},
  {"read_timeout", "read_timeout"},
  {"write_timeout", "write_timeout"},
  {"statement_timeout", "statement_timeout"},
  {"local_infile", "local_infile"},
  {"sslca", "sslca"},
  {"sslcert", "sslcert"},
  {"sslkey", "sslkey"},
}};

// The client library counts milliseconds in an int.
constexpr std::array<number_setting, 6> numbers{{
  {"port", 1, 65'535},
  {"connect_timeout", 1, 86'400},
  {"read_timeout", 1, 86'400},
  {"write_timeout", 1, 86'400},
  {"statement_timeout", 1, longest_statement_timeout},
  {"local_infile", 0, 1},
}};

error refuse(std::string_view why) {
  std::string keys;
  for (const auto& x : known_settings)
    keys += fmt::format("{}{}", keys.empty() ? "" : ", ", x.key);
  return {errc::invalid_option,
          fmt::format("{}; allowed is mariadb:KEY=VALUE ... with each of {} "
                      "once at most, and a value with blanks in single quotes",
                      why, keys)};
}

} // namespace

expected<settings> mariadb_settings(std::string_view text) {
  if (text.starts_with("//"))
    return refuse("MariaDB has no URI");
  auto result = read_settings(text);
  if (!result)
    return refuse(result.error().message());
  std::set<std::string_view> seen;
  std::size_t number = 0;
  for (auto& x : *result) {
    ++number;
    if (x.key == "reconnect")
      return refuse("reconnect would silently lose session variables and open "
                    "transactions; foreman opens a new session before a job "
                    "instead");
    const auto* const known
      = std::find_if(known_settings.begin(), known_settings.end(),
                     [&x](const known_setting& y) { return y.key == x.key; });
    if (known == known_settings.end())
      return refuse(fmt::format("setting {} has an unknown key", number));
    if (!seen.insert(known->name).second)
      return refuse(fmt::format("{} is given twice", known->name));
    x.key = known->name;
  }
  // The client library takes what follows for another server, or for settings
  // that override ours.
  if (const auto* host = find(*result, "host");
      host != nullptr && host->find_first_of(",;") != std::string::npos)
    return refuse("host has a comma or a semicolon, but what is known of a "
                  "connection is known of one server");
  if (auto ok = check_numbers(*result, numbers); !ok)
    return refuse(ok.error().message());
  return result;
}

} // namespace foreman::sql
