#!/usr/bin/env python3
"""Usage: recipes.py SOURCE VERSION
The port of vcpkg and the recipe of Conan can be read, and are of this version;
their own tools, which want the network, are not run."""

import ast
import json
import pathlib
import sys

packages = pathlib.Path(sys.argv[1]) / "packages"
version = sys.argv[2]

port = packages / "vcpkg/ports/foreman"
manifest = json.loads((port / "vcpkg.json").read_text())
assert manifest["name"] == "foreman", manifest["name"]
assert manifest["version"] == version, manifest["version"]
needs = {x if isinstance(x, str) else x["name"]: x
         for x in manifest["dependencies"]}
assert {"caf", "fmt"} <= needs.keys(), needs
assert needs["caf"]["version>="].startswith("1."), needs["caf"]
assert "find_package(foreman" in (port / "usage").read_text()

# The port lies in the sources that it builds.
assert "../../../.." in (port / "portfile.cmake").read_text()
assert (port / "../../../.." / "CMakeLists.txt").is_file()

recipe = packages / "conan/conanfile.py"
classes = [x for x in ast.parse(recipe.read_text()).body
           if isinstance(x, ast.ClassDef)]
assert len(classes) == 1, classes
fields = {x.targets[0].id: x.value for x in classes[0].body
          if isinstance(x, ast.Assign)}
assert ast.literal_eval(fields["name"]) == "foreman"
assert ast.literal_eval(fields["version"]) == version
assert '"caf/1.' in recipe.read_text()
for line in ("CMakeLists.txt", "LICENSE", "lib", "actors", "cmake", "packages"):
    assert (pathlib.Path(sys.argv[1]) / line).exists(), line
ast.parse((packages / "conan/test_package/conanfile.py").read_text())
