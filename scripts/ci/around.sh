# Sourced: the tests of the tools around the addon, which have a runtime of their own and other processes to run.
around='pytorch|quantiz|setup|find-openvino|build\.test|build-together|doctor|native\.test|environment|examples|python|permission|pip\.test|/lock\.test|working-folder|install-command|killed-build|dependencies|layers|image/limit|folders\.test|fresh-files|foreign-text|faults/processes'
