# assay_add_plugin(NAME source... [LIBRARIES lib...])
#
# Builds NAME.so: one exported symbol, nothing undefined, no prefix. Works in this tree and, through
# find_package(AssayPlugin), in anybody else's.
set(ASSAY_PLUGIN_MAP "${CMAKE_CURRENT_LIST_DIR}/assay-plugin.map")

function(assay_add_plugin name)
  cmake_parse_arguments(arg "" "" "LIBRARIES" ${ARGN})
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
endfunction()
