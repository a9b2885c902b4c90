# Sourced by builds.sh and runtimes.sh: a pattern of the tests that no other build or runtime can change.
#
# They test scripts, Python environments and pages of documentation, and set up runtimes or processes of their own.

independent_tests='test/(scripts|setup|pytorch|quantization)/'
independent_tests+='|test/addon/loader|test/cli/(setup|doctor|quantize|foreign-text|escape-text)|test/image/pixel-limit|test/faults/processes'
independent_tests+='|test/base/(folders|atomic-files|escape-text)'
independent_tests+='|test/package/(architecture|dependencies|examples|layers|permission|working-folder)'
