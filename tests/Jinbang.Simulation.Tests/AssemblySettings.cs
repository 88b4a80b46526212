// Every test fills a core by itself and measures how much it gets done.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
