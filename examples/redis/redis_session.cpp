#include "redis/redis_session.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace example {

namespace {

using foreman::errc;
using foreman::error;
using foreman::expected;

error unavailable(std::string_view why) {
  return {errc::connection_unavailable, std::string{why}};
}

error system_error(int code) {
  return unavailable(std::generic_category().message(code));
}

bool is_error(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ERROR;
}

std::string_view text_of(const redisReply& reply) {
  return reply.str == nullptr ? std::string_view{}
                              : std::string_view{reply.str, reply.len};
}

// What Redis answers to who will never get in.
constexpr std::array<std::string_view, 5> refusals{
  "WRONGPASS", "NOAUTH", "NOPERM", "ERR AUTH", "ERR DB index is out of range",
};

expected<void> accepted(const redisReply& reply) {
  if (!is_error(reply))
    return {};
  const auto text = text_of(reply);
  const auto refused
    = std::any_of(refusals.begin(), refusals.end(),
                  [text](auto x) { return text.starts_with(x); });
  return error{refused ? errc::connection_misconfigured
                       : errc::connection_unavailable,
               std::string{text}};
}

std::string lower_case(std::string_view text) {
  std::string result{text};
  for (auto& x : result)
    if (x >= 'A' && x <= 'Z')
      x = static_cast<char>(x - 'A' + 'a');
  return result;
}

// Whether a command, in small letters, changes what later ones mean.
bool changes_session(std::string_view name) {
  constexpr std::array<std::string_view, 12> names{
    "asking",   "auth",      "client", "hello",  "monitor",    "psubscribe",
    "readonly", "readwrite", "reset",  "select", "ssubscribe", "subscribe"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

expected<std::unique_ptr<redis_session>>
redis_session::open(const redis_address& address, time_point until) {
  // Not blocking: all waiting is ours, in `ready`.
  std::unique_ptr<redis_session> result{new redis_session{
    redisConnectNonBlock(address.host.c_str(), address.port)}};
  if (auto ok = result->connected(until); !ok)
    return ok.error();
  std::vector<words> greetings;
  if (!address.password.empty()) {
    greetings.push_back({"auth"});
    if (!address.user.empty())
      greetings.back().push_back(address.user);
    greetings.back().push_back(address.password);
  }
  if (address.database != 0)
    greetings.push_back({"select", std::to_string(address.database)});
  // Without it nobody would notice that a password is missing.
  greetings.push_back({"ping"});
  for (const auto& greeting : greetings) {
    const auto reply = result->ask(greeting, until);
    if (!reply)
      return reply.error();
    if (auto ok = accepted(**reply); !ok)
      return ok.error();
  }
  result->changed_ = false;
  return result;
}

expected<void> redis_session::connected(time_point until) {
  if (!context_)
    return unavailable("no memory for a connection");
  if (context_->err != 0)
    return unavailable(context_->errstr);
  // A program that a job starts must not hold the connection open.
  fcntl(context_->fd, F_SETFD, FD_CLOEXEC);
  if (auto ok = ready(POLLOUT, until); !ok)
    return ok;
  int failed = 0;
  socklen_t size = sizeof(failed);
  getsockopt(context_->fd, SOL_SOCKET, SO_ERROR, &failed, &size);
  if (failed != 0)
    return system_error(failed);
  return {};
}

redis_reply redis_session::run(const words& command) {
  auto reply = ask(command, std::nullopt);
  if (!reply)
    throw foreman::exception{
      {errc::connection_lost,
       fmt::format("Redis was lost at {}, which may have been executed: {}",
                   command.front(), reply.error().message())}};
  if (is_error(**reply))
    throw std::runtime_error{
      fmt::format("Redis refuses {}: {}", command.front(), text_of(**reply))};
  return *std::move(reply);
}

expected<redis_reply> redis_session::ask(const words& command,
                                         std::optional<time_point> until) {
  if (over_)
    return unavailable("the session is over");
  over_ = true; // until the reply is here
  changed_ = changed_ || changes_session(lower_case(command.front()));
  if (auto sent = send(command, until); !sent)
    return sent.error();
  auto reply = receive(until);
  if (reply) {
    over_ = false;
    note_transaction(command, **reply);
  }
  return reply;
}

expected<void> redis_session::send(const words& command,
                                   std::optional<time_point> until) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const auto& word : command) {
    texts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* formatted = nullptr;
  const auto length = redisFormatCommandArgv(
    &formatted, static_cast<int>(command.size()), texts.data(), sizes.data());
  if (length < 0)
    return unavailable("no memory for a command");
  const std::unique_ptr<char, void (*)(char*)> owner{formatted,
                                                     redisFreeCommand};
  std::string_view rest{formatted, static_cast<std::size_t>(length)};
  while (!rest.empty()) {
    // Not by hiredis, whose write to a dead connection is a SIGPIPE.
    const auto sent
      = ::send(context_->fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      rest.remove_prefix(static_cast<std::size_t>(sent));
    else if (errno != EAGAIN && errno != EINTR)
      return system_error(errno);
    else if (auto ok = ready(POLLOUT, until); !ok)
      return ok;
  }
  return {};
}

expected<redis_reply> redis_session::receive(std::optional<time_point> until) {
  for (;;) {
    void* reply = nullptr;
    if (redisGetReplyFromReader(context_.get(), &reply) != REDIS_OK)
      return unavailable(context_->errstr);
    if (reply != nullptr)
      return redis_reply{static_cast<redisReply*>(reply)};
    if (auto ok = ready(POLLIN, until); !ok)
      return ok.error();
    if (redisBufferRead(context_.get()) != REDIS_OK)
      return unavailable(context_->errstr);
  }
}

expected<void> redis_session::ready(short events,
                                    std::optional<time_point> until) {
  using std::chrono::milliseconds;
  int left = -1;
  do {
    if (until) {
      const auto rest = std::chrono::ceil<milliseconds>(
        *until - std::chrono::steady_clock::now());
      // Asked even when something is there: a reply that comes byte by byte
      // must not go on for ever.
      if (rest <= milliseconds{})
        return unavailable("Redis does not answer in time");
      left = static_cast<int>(rest.count());
    }
    pollfd socket{context_->fd, events, 0};
    if (poll(&socket, 1, left) > 0)
      return {}; // or broken, which the next call tells
  } while (until || errno == EINTR);
  return system_error(errno);
}

void redis_session::note_transaction(const words& command,
                                     const redisReply& reply) {
  const auto name = lower_case(command.front());
  // An EXEC that is refused has ended its transaction if it says so.
  const auto done = !is_error(reply)
    || (name == "exec" && text_of(reply).starts_with("EXECABORT"));
  if (!done)
    return;
  if (name == "multi") {
    in_multi_ = true;
  } else if (name == "watch") {
    watches_ = true;
  } else if (name == "exec" || name == "discard" || name == "reset") {
    in_multi_ = watches_ = false;
  } else if (name == "unwatch" && !in_multi_) {
    watches_ = false;
  }
}

bool redis_session::quiet() const noexcept {
  char byte = 0;
  return !over_ && context_->reader->pos == context_->reader->len
    && recv(context_->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0
    && errno == EAGAIN;
}

} // namespace example
