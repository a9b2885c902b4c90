# For a checkout only: in a package, npm would run node-gyp when it installs it.
# `node-gyp rebuild` runs the same CMake build as `npm run build`. node-gyp itself wants Node's headers and fetches
# them, unless it is told where they are: npx node-gyp rebuild --nodedir=/usr
{
  'targets': [
    {
      'target_name': 'openvino_iecore',
      'type': 'none',
      'actions': [
        {
          'action_name': 'cmake',
          'inputs': ['CMakeLists.txt', 'scripts/build.cjs'],
          'outputs': ['<(PRODUCT_DIR)/openvino_iecore.node'],
          'action': ['node', 'scripts/build.cjs', '--addon'],
        },
      ],
    },
  ],
}
