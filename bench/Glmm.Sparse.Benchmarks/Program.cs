using BenchmarkDotNet.Running;
using Glmm.Sparse.Benchmarks;

// `growth` prints the tables of bench/README.md in about a minute, `peers` the comparison with R; anything else goes to
// BenchmarkDotNet.
if (args is ["growth", ..])
    GrowthTable.Print(Console.Out);
else if (args is ["peers", ..])
    Environment.ExitCode = PeerComparison.Run(args.AsSpan(1), Console.Out, Console.Error);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
