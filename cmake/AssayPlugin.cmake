# assay_add_plugin(NAME source... [NOTE file.json] [LIBRARIES lib...])
#
# Builds NAME.so: one exported symbol, nothing undefined, no prefix. What the JSON file says of the
# plugin is noted in the library, for people and programs that look before they load; without NOTE
# it is plugin.json beside the CMakeLists.txt, where there is one. Works in this tree and, through
# find_package(AssayPlugin), in anybody else's.
set(ASSAY_PLUGIN_MAP "${CMAKE_CURRENT_LIST_DIR}/assay-plugin.map")

# A source file that notes what the JSON file says. It belongs to the plugin itself: out of a static
# library the linker would leave it.
function(assay_write_note name file output_variable)
  get_filename_component(path "${file}" ABSOLUTE)
  if(NOT EXISTS "${path}")
    message(FATAL_ERROR "assay_add_plugin: there is no ${path}; write it, or leave NOTE out")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  file(READ "${path}" text)
  if(NOT CMAKE_VERSION VERSION_LESS 3.19)
    string(JSON kind ERROR_VARIABLE fault TYPE "${text}")
    if(NOT "${fault}" STREQUAL "NOTFOUND" OR NOT "${kind}" STREQUAL "OBJECT")
      message(FATAL_ERROR "assay_add_plugin: ${path} is not one JSON object: ${fault}")
    endif()
  endif()
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n  \"" text "${text}")
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("CXX" IN_LIST languages)
    set(extension cpp)
  else()
    set(extension c)
  endif()
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${name}_note.${extension}")
  set(source
"#include <assay/note.h>

#pragma GCC diagnostic ignored \"-Woverlength-strings\"

ASSAY_NOTE(
  \"${text}\");
")
  set(written "")
  if(EXISTS "${output}")
    file(READ "${output}" written)
  endif()
  if(NOT "${written}" STREQUAL "${source}")
    file(WRITE "${output}" "${source}")
  endif()
  set(${output_variable} "${output}" PARENT_SCOPE)
endfunction()

function(assay_add_plugin name)
  cmake_parse_arguments(arg "" "NOTE" "LIBRARIES" ${ARGN})
  add_library(${name} MODULE ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE assay::plugin_api ${arg_LIBRARIES})
  set_target_properties(${name} PROPERTIES
    PREFIX "" C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON LINK_DEPENDS "${ASSAY_PLUGIN_MAP}")
  target_link_options(${name} PRIVATE "LINKER:--version-script=${ASSAY_PLUGIN_MAP}")
  if(NOT ASSAY_SANITIZE)
    # A sanitizer's runtime is resolved when the host loads the module.
    target_link_options(${name} PRIVATE "LINKER:-z,defs")
  endif()
  if(NOT arg_NOTE AND EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/plugin.json")
    set(arg_NOTE plugin.json)
  endif()
  if(arg_NOTE)
    assay_write_note(${name} "${arg_NOTE}" note)
    target_sources(${name} PRIVATE "${note}")
  endif()
endfunction()
