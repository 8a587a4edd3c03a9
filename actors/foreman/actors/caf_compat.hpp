#pragma once

// The only file that knows which CAF it is built against: 0.17.5 to 0.17.x
// (Debian, Ubuntu) or 1.x (vcpkg, Conan, source). Everything else uses the
// names below.

#include <caf/config.hpp>

// CAF_VERSION cannot be compared: it is 1706 in 0.17.6 and the token 0100
// (octal 64) in 1.1.0. CAF_VERSION_MAJOR exists only from 1.0 on.
#ifdef CAF_VERSION_MAJOR
#  define FOREMAN_CAF1 1
#else
#  define FOREMAN_CAF1 0
#  if CAF_VERSION < 1705 || CAF_VERSION >= 1800
#    error "foreman needs CAF 0.17.5, 0.17.6 or CAF >= 1.0"
#  endif
#endif

#include <caf/actor_addr.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/deserializer.hpp>
#include <caf/error.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/result.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#include <caf/serializer.hpp>
#include <caf/system_messages.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#if FOREMAN_CAF1
#  include <caf/anon_mail.hpp>
#else
#  include <caf/atom.hpp>
#endif

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

// FOREMAN_ERROR_ENUM(fully::qualified::enum_type, "category<=10 chars")
#if FOREMAN_CAF1
#  define FOREMAN_ERROR_ENUM(type, category) CAF_ERROR_CODE_ENUM(type)
#else
#  define FOREMAN_ERROR_ENUM(type, category) CAF_ERROR_CODE_ENUM(type, category)
#endif

// FOREMAN_LOCAL_MESSAGE_TYPE(fully::qualified::type): its values are messages
// within a process; to write one for another process, or to read one, is an
// error. 0.17's own way to say so leaves the value out without a word, and the
// other side reads one that nobody sent: a null pointer, a ledger of zeros.
#if FOREMAN_CAF1
#  define FOREMAN_LOCAL_MESSAGE_TYPE(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(type)
#else
// A type in parentheses is none.
// NOLINTBEGIN(bugprone-macro-parentheses)
#  define FOREMAN_LOCAL_MESSAGE_TYPE(type)                                     \
    namespace caf {                                                            \
    inline error inspect(serializer&, type&) {                                 \
      return sec::state_not_serializable;                                      \
    }                                                                          \
    inline error inspect(deserializer&, type&) {                               \
      return sec::state_not_serializable;                                      \
    }                                                                          \
    }
// NOLINTEND(bugprone-macro-parentheses)
#endif

// FOREMAN_MESSAGE_ENUM(fully::qualified::type): 0.17 needs nothing to send it,
// also to other processes; so its receiver checks its range.
#if FOREMAN_CAF1
#  define FOREMAN_MESSAGE_ENUM(type) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(type)
#else
#  define FOREMAN_MESSAGE_ENUM(type)
#endif

namespace foreman::compat {

// -- errors -------------------------------------------------------------------

/// The code of `err` when it belongs to enum `E`.
template <class E>
std::optional<E> error_code(const caf::error& err) {
#if FOREMAN_CAF1
  if (err.empty() || err.category() != caf::type_id_v<E>)
    return std::nullopt;
#else
  if (!err || err.category() != caf::detail::error_factory<E>::category)
    return std::nullopt;
#endif
  return static_cast<E>(err.code());
}

// -- typed interfaces: signature<R(A, B)> -------------------------------------

template <class F>
struct signature_impl;

template <class R, class... As>
struct signature_impl<R(As...)> {
#if FOREMAN_CAF1
  using type = caf::result<R>(As...);
#else
  using type = typename caf::replies_to<As...>::template with<R>;
#endif
};

template <class F>
using signature = typename signature_impl<F>::type;

// -- messages -----------------------------------------------------------------

// A send that finds no memory ends the process: CAF allocates twice, and when
// the second fails, the message lies in the mailbox of an actor that nothing
// will ever schedule again (measured with 0.17.6). Rather loudly gone than
// silently stuck.

template <class Self, class Handle, class... Ts>
void send(Self* self, const Handle& to, Ts&&... xs) noexcept {
#if FOREMAN_CAF1
  self->mail(std::forward<Ts>(xs)...).send(to);
#else
  self->send(to, std::forward<Ts>(xs)...);
#endif
}

template <class Self, class Handle, class... Ts>
void delayed_send(Self* self, const Handle& to, std::chrono::nanoseconds delay,
                  Ts&&... xs) noexcept {
#if FOREMAN_CAF1
  self->mail(std::forward<Ts>(xs)...).delay(delay).send(to);
#else
  self->delayed_send(to, delay, std::forward<Ts>(xs)...);
#endif
}

template <class Handle, class... Ts>
void anon_send(const Handle& to, Ts&&... xs) noexcept {
#if FOREMAN_CAF1
  caf::anon_mail(std::forward<Ts>(xs)...).send(to);
#else
  caf::anon_send(to, std::forward<Ts>(xs)...);
#endif
}

/// `timeout` is milliseconds or `caf::infinite`.
template <class Self, class Handle, class Timeout, class... Ts>
auto request(Self* self, const Handle& to, Timeout timeout, Ts&&... xs) {
#if FOREMAN_CAF1
  return self->mail(std::forward<Ts>(xs)...).request(to, timeout);
#else
  return self->request(to, timeout, std::forward<Ts>(xs)...);
#endif
}

/// For the constructor of an actor: a handler that finds no memory ends the
/// process, as a send does. What it left half done nobody could put right, as
/// that takes memory, too. After any other exception the actor ends as usual.
template <class Self>
void fail_without_memory(Self* self) {
  self->set_exception_handler(
    [](caf::scheduled_actor* who, std::exception_ptr& what) {
      try {
        std::rethrow_exception(what);
      } catch (const std::bad_alloc&) {
        std::terminate();
      } catch (...) {
        return caf::scheduled_actor::default_exception_handler(who, what);
      }
    });
}

// -- monitoring ---------------------------------------------------------------

/// Tells the actor that it is a member of when an actor that it watches has
/// gone: `T` is what it knows of that one.
template <class T>
class down_watch {
public:
  using callback = std::function<void(T&, const caf::error&)>;

#if FOREMAN_CAF1
  template <class Self>
  down_watch(Self*, callback f) : on_down_{std::move(f)} {}

  template <class Self, class Handle>
  void watch(Self* self, const Handle& whom, T what) {
    self->monitor(
      whom, [this, what = std::move(what)](const caf::error& why) mutable {
        on_down_(what, why);
      });
  }

  void clear() {}

private:
  callback on_down_;
#else
  template <class Self>
  down_watch(Self* self, callback f) : on_down_{std::move(f)} {
    self->set_down_handler([this](caf::down_msg& msg) {
      if (auto at = watched_.extract(msg.source))
        on_down_(at.mapped(), msg.reason);
    });
  }

  template <class Self, class Handle>
  void watch(Self* self, const Handle& whom, T what) {
    if (watched_.emplace(whom.address(), std::move(what)).second)
      self->monitor(whom);
  }

  void clear() {
    watched_.clear();
  }

private:
  callback on_down_;
  std::map<caf::actor_addr, T> watched_;
#endif
};

// -- actor system configuration -----------------------------------------------

namespace detail {

template <class Block>
struct meta_objects {
  meta_objects() { // NOLINT(modernize-use-equals-default)
#if FOREMAN_CAF1
    static const bool once = [] {
      caf::core::init_global_meta_objects();
      caf::init_global_meta_objects<Block>();
      return true;
    }();
    static_cast<void>(once);
#endif
  }
};

} // namespace detail

/// A configuration that knows the message types of `Block`. CAF 1.x wants its
/// meta objects before the first configuration: hence a base before a base.
template <class Block>
class system_config : detail::meta_objects<Block>,
                      public caf::actor_system_config {
public:
  system_config() {
#if !FOREMAN_CAF1
    this->template add_message_types<Block>();
#endif
  }

  /// Sets an option by its name in 0.17, e.g. `scheduler.max-threads`.
  template <class T>
  system_config& option(const std::string& name, T value) {
#if FOREMAN_CAF1
    this->set("caf." + name, std::move(value));
#else
    if constexpr (std::is_convertible_v<T, std::string>)
      this->set(name, caf::atom_from_string(std::string{value}));
    else
      this->set(name, std::move(value));
#endif
    return *this;
  }
};

} // namespace foreman::compat
