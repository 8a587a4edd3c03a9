// A host's plugin: foreman becomes part of what is loaded at run time.

#include <foreman/system.hpp>

extern "C" int run_plugin() {
  foreman::system fm{{.workers = 1}};
  const auto ticket = fm.submit("plugin", [] { return 42; });
  return ticket ? ticket->wait().value() : 1;
}
