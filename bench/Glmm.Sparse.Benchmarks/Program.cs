using BenchmarkDotNet.Running;
using Glmm.Sparse.Benchmarks;

// Each word prints a table of bench/README.md in a minute or so; anything else goes to BenchmarkDotNet.
if (args is ["growth", ..])
    GrowthTable.Print(Console.Out);
else if (args is ["kernels", ..])
    KernelTable.Print(Console.Out);
else if (args is ["pass", ..])
    PassTable.Print(Console.Out);
else if (args is ["fits", ..])
    FitTable.Print(Console.Out);
else if (args is ["likelihood", ..])
    LikelihoodTable.Print(Console.Out);
else if (args is ["refits", ..])
    RefitTable.Print(Console.Out);
else if (args is ["score", ..])
    ScoreTable.Print(Console.Out);
else if (args is ["predict", ..])
    PredictTable.Print(Console.Out);
else if (args is ["scan", ..])
    ScanTable.Print(Console.Out);
else if (args is ["bootstrap", ..])
    BootstrapTable.Print(Console.Out);
else if (args is ["bias", ..])
    BiasTable.Print(Console.Out);
else if (args is ["read", ..])
    ReadTable.Print(args.AsSpan(1), Console.Out);
else if (args is ["server", ..])
    ServerTable.Print(Console.Out);
else if (args is ["peers", ..])
    Environment.ExitCode = PeerComparison.Run(args.AsSpan(1), Console.Out, Console.Error);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
