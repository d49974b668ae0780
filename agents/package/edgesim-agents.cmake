# edgesim_add_agent() and edgesim_add_scenarios(): the same for agents in edgesim's own tree and for projects that use
# the installed package.

# edgesim_add_agent(name source...): a plug-in, built as lib<name>.so, for Install-TransportAgent -AssemblyPath.
# What it uses of the agent API comes from the program that loads it, so it is linked to nothing of edgesim.
function(edgesim_add_agent name)
  if(NOT ARGN)
    message(FATAL_ERROR "edgesim_add_agent(${name} source...): at least one source is needed")
  endif()
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE edgesim::agent)
  set_target_properties(${name} PROPERTIES PREFIX lib CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()

# edgesim_add_scenarios(agent path...): each *.scenario file, and each one below a folder, is a CTest test that
# `edgesim test` plays. The scenario names the agent's library without its folder: -AssemblyPath lib<agent>.so.
function(edgesim_add_scenarios agent)
  if(NOT TARGET ${agent})
    message(FATAL_ERROR "edgesim_add_scenarios(agent path...): ${agent} is no target; edgesim_add_agent() makes one")
  endif()
  set(scenarios)
  foreach(path ${ARGN})
    get_filename_component(path ${path} ABSOLUTE)
    if(IS_DIRECTORY ${path})
      file(GLOB_RECURSE below CONFIGURE_DEPENDS ${path}/*.scenario)
      list(APPEND scenarios ${below})
    elseif(EXISTS ${path})
      list(APPEND scenarios ${path})
    else()
      message(FATAL_ERROR "edgesim_add_scenarios: there is no ${path}")
    endif()
  endforeach()
  if(NOT scenarios)
    message(FATAL_ERROR "edgesim_add_scenarios(${agent} ...): no *.scenario file in ${ARGN}")
  endif()
  foreach(scenario ${scenarios})
    file(RELATIVE_PATH test ${CMAKE_CURRENT_SOURCE_DIR} ${scenario})
    string(REGEX REPLACE "^.*\\.\\./|\\.scenario$" "" test ${test}) # also where the folder is another's
    add_test(NAME ${agent}/${test} COMMAND edgesim::edgesim test ${scenario} --quiet)
    set_tests_properties(${agent}/${test} PROPERTIES ENVIRONMENT "EDGESIM_AGENT_PATH=$<TARGET_FILE_DIR:${agent}>"
                         LABELS scenarios)
  endforeach()
endfunction()
