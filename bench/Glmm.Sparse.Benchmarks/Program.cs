using BenchmarkDotNet.Running;
using Glmm.Sparse.Benchmarks;

// `growth` and `kernels` print the tables of bench/README.md in about a minute; anything else goes to BenchmarkDotNet.
if (args is ["growth", ..])
    GrowthTable.Print(Console.Out);
else if (args is ["kernels", ..])
    KernelTable.Print(Console.Out);
else
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
