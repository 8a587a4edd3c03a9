#pragma once

#include <foreman/connection.hpp>

#include <typeinfo>

namespace foreman::test {

/// A connection that is always well; override what is not. Any thread.
class healthy_connection : public connection {
public:
  expected<void> open(milliseconds) override {
    return {};
  }

  void close() noexcept override {}

  bool quiet() override {
    return true;
  }

  expected<void> check(milliseconds) override {
    return {};
  }

  bool in_transaction() override {
    return false;
  }

  void* resource(const std::type_info&) noexcept override {
    return this;
  }
};

} // namespace foreman::test
