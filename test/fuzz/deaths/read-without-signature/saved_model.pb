
StatefulPartitionedCall