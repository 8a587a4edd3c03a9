"""foreman for Conan 2: run `conan create packages/conan` in foreman's sources."""

import os

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, rmdir


class Foreman(ConanFile):
    name = "foreman"
    version = "0.1.0"
    description = "An embeddable task supervisor on the C++ Actor Framework"
    license = "BSD-3-Clause"
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False], "fPIC": [True, False]}
    # foreman::sql is left out: FindSOCI.cmake looks for SOCI where the system
    # has it, and Conan has it elsewhere.
    default_options = {"shared": False, "fPIC": True}

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..")
        for pattern in ("CMakeLists.txt", "LICENSE", "lib/*", "actors/*",
                        "cmake/*", "packages/*"):
            copy(self, pattern, src=root, dst=self.export_sources_folder)

    def configure(self):
        if self.options.shared:
            self.options.rm_safe("fPIC")

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def requirements(self):
        # The headers include both.
        self.requires("caf/1.0.2", transitive_headers=True,
                      transitive_libs=True)
        self.requires("fmt/[>=9]", transitive_headers=True,
                      transitive_libs=True)

    def generate(self):
        toolchain = CMakeToolchain(self)
        for option in ("SQL", "EXAMPLES", "TESTS"):
            toolchain.cache_variables["FOREMAN_BUILD_" + option] = False
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        copy(self, "LICENSE", src=self.source_folder,
             dst=os.path.join(self.package_folder, "licenses"))
        CMake(self).install()
        # CMakeDeps and PkgConfigDeps write what a consumer finds.
        for folder in ("cmake", "pkgconfig"):
            rmdir(self, os.path.join(self.package_folder, "lib", folder))

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "foreman")
        core = self.cpp_info.components["core"]
        core.libs = ["foreman-core"]
        core.requires = ["fmt::fmt"]
        core.system_libs = ["pthread"]
        core.set_property("cmake_target_name", "foreman::core")
        core.set_property("pkg_config_name", "foreman-core")
        whole = self.cpp_info.components["foreman"]
        whole.libs = ["foreman"]
        whole.requires = ["core", "caf::caf_core"]
        whole.set_property("cmake_target_name", "foreman::foreman")
        whole.set_property("pkg_config_name", "foreman")
