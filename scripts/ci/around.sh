# Sourced: the tests of the tools around the addon, which have a runtime of their own and other processes to run.
around='pytorch|quantiz|setup|find-openvino|build\.test|doctor|native\.test|environment|examples|python'
