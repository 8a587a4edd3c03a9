// A small HTTP host: hands batches to foreman and answers at once.
//
//     POST /projects/NAME/batch  {"rows": 500}: 202, or 409 if NAME is busy
//     GET  /projects/running     all busy projects: {"NAME": does it run?}
//     GET  /projects/NAME        one project
//
// Usage: FOREMAN_TOKEN=SECRET example_100_http_host [PORT]
// For this machine only, and for who sends "Authorization: Bearer SECRET".
// SIGTERM and SIGINT let it drain and end.

#include "http/bearer_token.hpp"
#include "http/end_signal.hpp"
#include "http/json_answer.hpp"
#include "http/loopback_server.hpp"

#include <foreman/system.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

using namespace std::chrono_literals;
using example::answer;
using httplib::Request;
using httplib::Response;
using nlohmann::json;

void import_rows(foreman::job_context& job, std::uint64_t rows) {
  for (; rows != 0; --rows) {
    job.throw_if_stopped();
    std::this_thread::sleep_for(1ms); // stands for the work on a row
  }
}

void refuse(Response& out, const foreman::error& why) {
  using foreman::errc;
  const auto code = why.code();
  const bool later = code == errc::draining || code == errc::system_full;
  const int status = code == errc::project_busy ? 409 : later ? 503 : 400;
  answer(out, status, {{"error", why.message()}});
}

void start_batch(foreman::system& fm, const Request& in, Response& out) {
  const auto asked = json::parse(in.body, nullptr, false);
  if (!asked.is_object() || !asked.value("rows", json{}).is_number_unsigned())
    return answer(out, 400, {{"error", "the body is {\"rows\": NUMBER}"}});
  const auto rows = asked["rows"].get<std::uint64_t>();
  auto ticket
    = fm.submit(in.matches[1].str(),
                [rows](foreman::job_context& job) { import_rows(job, rows); },
                {.admit = foreman::admission::if_idle});
  if (!ticket)
    return refuse(out, ticket.error());
  answer(out, 202, {{"job", ticket->id().value}});
}

void tell_running(foreman::system& fm, const Request&, Response& out) {
  auto running = json::object();
  for (const auto& x : fm.list())
    running[x.project] = x.running;
  answer(out, 200, running);
}

void tell_project(foreman::system& fm, const Request& in, Response& out) {
  const auto x = fm.status(in.matches[1].str());
  if (!x)
    return refuse(out, x.error());
  answer(out, 200,
         {{"project", x->project},
          {"running", x->running},
          {"busy", x->busy},
          {"job", x->running_job.value}});
}

} // namespace

int main(int argc, char* argv[]) {
  const char* token = std::getenv("FOREMAN_TOKEN"); // ps shows arguments to all
  if (argc > 2 || token == nullptr || *token == '\0') {
    fmt::print(stderr, "usage: FOREMAN_TOKEN=SECRET {} [PORT]\n", argv[0]);
    return 2;
  }

  example::end_signal asked_to_end; // first: no other thread may get it
  foreman::system fm{{.workers = 20}};
  example::loopback_server server; // last: its routes use the system
  const auto route = [&](auto handler) {
    return example::behind(
      token, [&fm, handler](auto& in, auto& out) { handler(fm, in, out); });
  };
  server.routes()
    .Post("/projects/([^/]+)/batch", route(start_batch))
    .Get("/projects/running", route(tell_running))
    .Get("/projects/([^/]+)", route(tell_project));
  const auto port = server.start(argc > 1 ? argv[1] : "0");
  if (!port) {
    fmt::print(stderr, "{}\n", port.error().message());
    return 1;
  }
  fmt::print("listening at http://127.0.0.1:{}\n", *port);
  std::fflush(stdout);

  asked_to_end.wait();
  const auto report = fm.drain(2s); // who asks for a batch meanwhile gets 503
  server.stop();
  fmt::print("{} succeeded, {} cancelled, {} left\n", report->books.succeeded,
             report->books.cancelled, report->left.size());
  return report->left.empty() ? 0 : 1;
}
