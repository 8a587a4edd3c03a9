#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace foreman::test {

/// A line of a job file.
inline std::string job_line(const std::string& project, const std::string& kind,
                            const nlohmann::json& payload) {
  return nlohmann::json{
           {"project", project}, {"kind", kind}, {"payload", payload}}
           .dump()
    + "\n";
}

/// A job that runs a program.
inline std::string command_job(const std::string& project,
                               const std::vector<std::string>& command,
                               nlohmann::json more = nlohmann::json::object()) {
  more["command"] = command;
  return job_line(project, "command", more);
}

/// The same with a script of the shell.
inline std::string
script_job(const std::string& project, const std::string& script,
           const nlohmann::json& more = nlohmann::json::object()) {
  return command_job(project, {"sh", "-c", script}, more);
}

} // namespace foreman::test
