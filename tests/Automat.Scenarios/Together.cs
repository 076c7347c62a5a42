// Most of a scenario is waiting: for a deadline, a machine, a provider. So more of them run at a time than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
