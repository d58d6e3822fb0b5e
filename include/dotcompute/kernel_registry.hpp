// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dotcompute/base/error.hpp"
#include "dotcompute/base/kernel_metadata.hpp"
#include "dotcompute/callable.hpp"
#include "dotcompute/kernel_module.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dotcompute {

namespace core {
class Registry;
}

/// The kernels of one runtime by name.
///
/// A kernel is found by its qualified name, "physics::saxpy", and by its short name, "saxpy", as
/// long as only one kernel has that; a kernel without namespace wins its short name.
///
/// Threads: every member may be called from any thread at any time, also while kernels run: a call
/// that has begun goes on with the kernel it found. Look-ups take no lock; changes take one.
class KernelRegistry {
 public:
  /// Made by the runtime. \param registry outlives this.
  explicit KernelRegistry(core::Registry& registry) noexcept : registry_(&registry) {}

  /// Registers a callable as the CPU body of a kernel. If the name is taken by a kernel with the
  /// same parameters that has no CPU body, it gains this one.
  ///
  /// \throws BindingException if the metadata is not consistent (all problems at once), does not fit
  ///         the callable's parameters, or the name already has a body for the CPU.
  template <class Callable>
  requires KernelCallable<std::decay_t<Callable>>
  void add(KernelMetadata metadata, Callable&& callable) {
    add(KernelRegistration{
        std::move(metadata), make_callable_kernel(std::forward<Callable>(callable)), {}});
  }
  /// The same for a body given as text.
  void add(KernelMetadata metadata, KernelDefinition definition) {
    add(KernelRegistration{std::move(metadata), {}, {std::move(definition)}});
  }
  /// The same with any bodies.
  void add(KernelRegistration registration);
  /// The same without exceptions. \retval ErrorCode::invalid_argument where add() throws.
  [[nodiscard]] Status try_add(KernelRegistration registration) noexcept;

  /// Puts a kernel in the place of the one with the same qualified name, with all its bodies, or
  /// adds it if there is none. Calls that have begun go on with the old one.
  ///
  /// \throws BindingException if the metadata is not consistent or does not fit the bodies.
  template <class Callable>
  requires KernelCallable<std::decay_t<Callable>>
  void replace(KernelMetadata metadata, Callable&& callable) {
    replace(KernelRegistration{
        std::move(metadata), make_callable_kernel(std::forward<Callable>(callable)), {}});
  }
  /// The same with any bodies.
  void replace(KernelRegistration registration);
  /// The same without exceptions. \retval ErrorCode::invalid_argument where replace() throws.
  [[nodiscard]] Status try_replace(KernelRegistration registration) noexcept;

  /// Removes a kernel by its qualified name.
  /// \throws KernelNotFoundException if there is none.
  void remove(std::string_view qualified_name);
  /// The same without exceptions. \retval ErrorCode::kernel_not_found if there is none.
  [[nodiscard]] Status try_remove(std::string_view qualified_name) noexcept;

  /// Rather runs a kernel on this kind of accelerator where the call does not say; `automatic` takes
  /// the preference back. It falls back like the preference of a call. Calls that have begun are not
  /// touched. Not to be called while the same kernel is replaced or removed.
  ///
  /// \param name qualified or short.
  /// \throws KernelNotFoundException if there is none.
  void prefer(std::string_view name, AcceleratorType accelerator);
  /// The same without exceptions. \retval ErrorCode::kernel_not_found if there is none.
  [[nodiscard]] Status try_prefer(std::string_view name, AcceleratorType accelerator) noexcept;

  /// Runs a module's function and registers all it collected, or nothing: the problems of all its
  /// kernels are reported at once.
  ///
  /// \throws BindingException if something is wrong with a kernel, or `function` throws; then what
  ///         it threw is the cause.
  void add_module(ModuleFunction function);
  /// The same without exceptions.
  [[nodiscard]] Status try_add_module(ModuleFunction function) noexcept;

  /// Loads a shared library made with DC_KERNEL_MODULE and registers its kernels. It stays loaded
  /// until its kernels are removed and no call uses them. Blocks while files are read.
  ///
  /// \param path of the file; one without a slash is looked for in the working directory, then
  ///        where the system keeps its libraries.
  /// \throws BindingException if it is no library, holds no modules, was made for another version of
  ///         DotCompute, or something is wrong with a kernel.
  void load_module(const std::string& path);
  /// The same without exceptions.
  [[nodiscard]] Status try_load_module(const std::string& path) noexcept;

  /// What is known of the kernel that has `name`, qualified or short. It may be kept after the
  /// kernel is removed.
  ///
  /// \retval ErrorCode::kernel_not_found with the nearest names, or, if several kernels have that
  ///         short name, with all of them.
  [[nodiscard]] Result<std::shared_ptr<const KernelMetadata>> find(
      std::string_view name) const noexcept;

  /// The text that is the body of a kernel for a back end, as it was registered; for the interpreter,
  /// KIR.
  ///
  /// \retval ErrorCode::kernel_not_found as of find().
  /// \retval ErrorCode::invalid_argument if its body for that back end is no text, or there is none.
  [[nodiscard]] Result<KernelDefinition> definition(std::string_view name,
                                                    AcceleratorType backend) const noexcept;

  /// All kernels, sorted by qualified name.
  [[nodiscard]] std::vector<std::shared_ptr<const KernelMetadata>> kernels() const;

  /// How many kernels are registered.
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  core::Registry* registry_;
};

}  // namespace dotcompute
