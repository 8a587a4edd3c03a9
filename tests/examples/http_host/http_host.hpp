#pragma once

#include "support/await.hpp"
#include "support/process.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace foreman::test {

/// The example 100 as a process of its own; it is gone with this object.
class http_host {
public:
  /// Starts it and waits until it says where it listens, or has ended.
  explicit http_host(const std::string& port = "0",
                     std::optional<std::string> token = "secret")
    : process_{{FOREMAN_HTTP_HOST, port},
               "/",
               token ? std::vector{"FOREMAN_TOKEN=" + *token}
                     : std::vector<std::string>{}} {
    if (!await([this] {
          return process_.has_ended() || out().find('\n') != std::string::npos;
        }))
      throw std::runtime_error{"the HTTP host does not start"};
    const auto colon = out().rfind(':');
    if (!process_.has_ended() && colon != std::string::npos)
      port_ = std::stoi(out().substr(colon + 1));
  }

  int port() const noexcept {
    return port_;
  }

  std::string out() const {
    return process_.out();
  }

  std::string err() const {
    return process_.err();
  }

  void signal(int which) const {
    process_.signal(which);
  }

  /// Its exit code when it has ended; 128 and the number of a signal that
  /// killed it; -1 if it does not end.
  int exit_code() {
    if (!await([this] { return process_.has_ended(); }))
      return -1;
    return process_.wait().exit_code;
  }

private:
  running_process process_;
  int port_ = 0;
};

/// What a host answered.
struct http_answer {
  int status = 0; // 0: nothing
  nlohmann::json body;

  friend bool operator==(const http_answer&, const http_answer&) = default;
};

/// Somebody who asks it, on connections of his own, with a token or without.
class http_client {
public:
  explicit http_client(const http_host& of,
                       const std::string& authorization = "Bearer secret")
    : http_{"127.0.0.1", of.port()} {
    http_.set_read_timeout(patience);
    if (!authorization.empty())
      headers_.emplace("Authorization", authorization);
  }

  http_answer get(const std::string& path) {
    return to_answer(http_.Get(path, headers_));
  }

  http_answer post(const std::string& path, const std::string& body) {
    return to_answer(http_.Post(path, headers_, body, "application/json"));
  }

private:
  static http_answer to_answer(const httplib::Result& from) {
    if (!from)
      return {};
    return {from->status, nlohmann::json::parse(from->body, nullptr, false)};
  }

  httplib::Client http_;
  httplib::Headers headers_;
};

} // namespace foreman::test
