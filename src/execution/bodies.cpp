// SPDX-License-Identifier: Apache-2.0
#include "execution/executor.hpp"

namespace dotcompute::core {
namespace {

backend::SourceLanguage language_of(AcceleratorType type) noexcept {
  switch (type) {
    case AcceleratorType::opencl:
      return backend::SourceLanguage::opencl_c;
    case AcceleratorType::cuda:
      return backend::SourceLanguage::cuda_cpp;
    case AcceleratorType::metal:
      return backend::SourceLanguage::msl;
    case AcceleratorType::vulkan:
      return backend::SourceLanguage::glsl;
    case AcceleratorType::interpreter:
      return backend::SourceLanguage::kir;
    case AcceleratorType::cpu:
    case AcceleratorType::automatic:
    case AcceleratorType::null:
      break;
  }
  return backend::SourceLanguage::cpp;
}

}  // namespace

KernelBackends bodies_of(const KernelRecord& record) noexcept {
  KernelBackends bodies =
      record.callable.host.function != nullptr ? KernelBackends::cpu : KernelBackends::none;
  for (const KernelDefinition& definition : record.definitions) {
    bodies = bodies | backends_of(definition.backend);
  }
  return bodies;
}

backend::KernelSource source_for(const KernelRecord& record, AcceleratorType type) noexcept {
  backend::KernelSource source{.metadata = record.metadata.get(), .host = record.callable.host};
  for (const KernelDefinition& definition : record.definitions) {
    // The null device takes any body: it runs none.
    const bool any = type == AcceleratorType::null && source.host.function == nullptr;
    if (definition.backend == type || any) {
      source.language = language_of(definition.backend);
      source.text = definition.source;
      source.entry = definition.entry_point;
    }
  }
  return source;
}

}  // namespace dotcompute::core
