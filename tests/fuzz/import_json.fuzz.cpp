// The job of kind import-json on data of any kind: all of it or nothing, and
// an error that says why. The first line is the payload, the rest the file.

#include "property.hpp"

#include <soci/sqlite3/soci-sqlite3.h>
#include <supervisor/import_json_kind.hpp>
#include <support/healthy_connection.hpp>
#include <support/jobs.hpp>
#include <support/temporary_folder.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

using namespace foreman;
using foreman::fuzz::require;
using supervisor::json;

namespace {

// A database that is there as long as its worker.
class database_in_memory final : public test::healthy_connection {
public:
  void* resource(const std::type_info& type) noexcept override {
    return type == typeid(soci::session) ? &session_ : nullptr;
  }

private:
  soci::session session_{soci::sqlite3, "dbname=:memory:"};
};

struct setting {
  setting() {
    databases.emplace_back("main", supervisor::sqlite_dialect(),
                           foreman::connection_factory{});
    (void) worker.submit("p", [](job_context& job) {
      job.connection<soci::session>("main")
        << "create table t (a, b integer, c text)";
    });
    worker.run("p");
  }

  // Runs the job and returns its outcome.
  expected<void> import(const std::string& payload) {
    auto done = worker.submit(
      "p", [&](job_context& job) { return kind.run(job, payload); });
    worker.run("p");
    return done->wait();
  }

  // How many rows there are; takes them away.
  int take_rows() {
    auto count = worker.submit("p", [](job_context& job) {
      int rows = -1;
      auto& session = job.connection<soci::session>("main");
      session << "select count(*) from t", soci::into(rows);
      session << "delete from t";
      return rows;
    });
    worker.run("p");
    require(worker.log.empty(), "a job leaves nothing to warn of");
    return count->wait().value();
  }

  test::temporary_folder folder;
  supervisor::database_list databases;
  supervisor::kind kind
    = supervisor::import_json_kind(folder.path(), databases);
  test::one_worker worker{check_options{},
                          {{"main", std::make_unique<database_in_memory>}}};
};

bool is_table(const json& payload) {
  const auto& name = payload["table"].get_ref<const std::string&>();
  return name == "t" || name == "T";
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static setting with;
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto first = input.substr(0, input.find('\n'));
  const auto content = input.substr(std::min(first.size() + 1, input.size()));
  auto payload = supervisor::parse_json(first);
  if (!payload)
    return 0;
  supervisor::problems found;
  check_payload(with.kind, *payload, found);
  if (!found.empty())
    return 0;
  (*payload)["file"] = "data.json";
  with.folder.write("data.json", content);

  const auto done = with.import(payload->dump());
  const auto rows = with.take_rows();
  if (!done) {
    require(!done.error().message().empty(), "a failure says why");
    require(rows == 0, "what failed leaves no row", std::to_string(rows));
    return 0;
  }
  const auto document = supervisor::parse_json(content);
  require(document.has_value(), "only JSON is imported");
  const auto& objects = document->at(json::json_pointer{(*payload)["pointer"]});
  require(objects.is_array(), "only an array is imported");
  require(objects.empty() || is_table(*payload),
          "only a table that is there is imported into");
  require(static_cast<std::size_t>(rows) == objects.size(),
          "each object is a row", std::to_string(rows));
  return 0;
}
