#include <foreman/sql/settings.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

namespace foreman::sql {

namespace {

constexpr std::string_view blanks = " \t\n\v\f\r";

bool is_blank(char c) {
  return blanks.find(c) != std::string_view::npos;
}

class reader {
public:
  explicit reader(std::string_view text) : rest_{text} {}

  expected<settings> read() {
    settings result;
    for (skip_blanks(); !rest_.empty(); skip_blanks()) {
      const auto refuse = [number = result.size() + 1](std::string_view why) {
        return error{errc::invalid_option,
                     fmt::format("setting {} {}", number, why)};
      };
      setting next;
      next.key = take_key();
      skip_blanks();
      if (next.key.empty() || !take('='))
        return refuse("is not of the form KEY=VALUE");
      skip_blanks();
      if (!take_value(next.value))
        return refuse("has a quote or a backslash that nothing ends");
      result.push_back(std::move(next));
    }
    return result;
  }

private:
  void skip_blanks() {
    rest_.remove_prefix(
      std::min(rest_.find_first_not_of(blanks), rest_.size()));
  }

  bool take(char c) {
    if (!rest_.starts_with(c))
      return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string take_key() {
    const auto end = std::find_if(rest_.begin(), rest_.end(), [](char c) {
      return c == '=' || is_blank(c);
    });
    const auto length = static_cast<std::size_t>(end - rest_.begin());
    std::string result{rest_.substr(0, length)};
    rest_.remove_prefix(length);
    return result;
  }

  bool take_value(std::string& value) {
    const bool quoted = take('\'');
    while (!rest_.empty()) {
      if (quoted ? rest_.front() == '\'' : is_blank(rest_.front()))
        break;
      if (take('\\') && rest_.empty())
        return false;
      value += rest_.front();
      rest_.remove_prefix(1);
    }
    return !quoted || take('\'');
  }

  std::string_view rest_;
};

} // namespace

const std::string* find(const settings& from, std::string_view key) {
  const auto found
    = std::find_if(from.rbegin(), from.rend(),
                   [key](const setting& x) { return x.key == key; });
  return found == from.rend() ? nullptr : &found->value;
}

void assign(settings& to, std::string_view key, std::string value) {
  std::erase_if(to, [key](const setting& x) { return x.key == key; });
  to.push_back({std::string{key}, std::move(value)});
}

expected<settings> read_settings(std::string_view text) {
  if (text.find('\0') != std::string_view::npos)
    return error{errc::invalid_option, "the database string has a zero byte"};
  return reader{text}.read();
}

std::string to_text(const settings& from) {
  std::string result;
  for (const auto& x : from) {
    result += fmt::format("{}{}='", result.empty() ? "" : " ", x.key);
    for (const char c : x.value) {
      if (c == '\'' || c == '\\')
        result += '\\';
      result += c;
    }
    result += '\'';
  }
  return result;
}

expected<void> check_numbers(const settings& of,
                             std::span<const number_setting> numbers) {
  for (const auto& x : numbers) {
    const auto* text = find(of, x.key);
    if (text == nullptr)
      continue;
    const auto* const end = text->data() + text->size();
    int number = 0;
    const auto [stop, failed] = std::from_chars(text->data(), end, number);
    if (failed != std::errc{} || stop != end || number < x.min
        || number > x.max)
      return error{errc::invalid_option,
                   fmt::format("{} is no whole number from {} to {}", x.key,
                               x.min, x.max)};
  }
  return {};
}

} // namespace foreman::sql
