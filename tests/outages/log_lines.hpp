#pragma once

#include <foreman/log.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace foreman::test {

/// What a system logs. Thread-safe.
class log_lines {
public:
  log_function target() const {
    return [into = lines_](log_level level, std::string_view text) {
      const std::lock_guard guard{into->mutex};
      into->text += std::string{to_string(level)} + ": ";
      into->text.append(text) += '\n';
    };
  }

  bool holds(std::string_view text) const {
    return all().find(text) != std::string::npos;
  }

  std::string all() const {
    const std::lock_guard guard{lines_->mutex};
    return lines_->text;
  }

private:
  struct shared {
    std::mutex mutex;
    std::string text;
  };

  std::shared_ptr<shared> lines_ = std::make_shared<shared>();
};

} // namespace foreman::test
