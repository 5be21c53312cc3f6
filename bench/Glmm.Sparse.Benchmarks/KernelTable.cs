using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Glmm.Sparse.Benchmarks;

/// <summary>The table of kernels in bench/README.md, on one thread, in about ten seconds.</summary>
internal static class KernelTable
{
    /// <summary>About as many rows as a tile of eight clusters of ten has: so short are the calls of a pass.</summary>
    private const int FewRows = 80;

    public static void Print(TextWriter output)
    {
        string hardware = Vector512.IsHardwareAccelerated ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "neither";
        output.WriteLine($"Vector instructions: {hardware}. Nanoseconds a row, at so many rows a call.");
        output.WriteLine();
        output.WriteLine(
            $"| family / link | w, s, objective: {FewRows} | {KernelCase.Rows} | w, s, deviance: {FewRows} " +
            $"| {KernelCase.Rows} | w, r, deviance | scalar Math | gain |");
        output.WriteLine("|:--|--:|--:|--:|--:|--:|--:|--:|");
        LetTheCompilerFinish();
        foreach (KernelCase pair in KernelCase.All)
        {
            double fewObjectives = NanosecondsOfFew(() => pair.Objective(FewRows));
            double objective = Nanoseconds(() => pair.Objective());
            double fewScores = NanosecondsOfFew(() => pair.Scores(FewRows));
            double scores = Nanoseconds(() => pair.Scores());
            double residuals = Nanoseconds(() => pair.Residuals());
            double scalar = Nanoseconds(() => pair.Scalar());
            output.WriteLine(
                $"| {pair.Name} | {Format.Digits(fewObjectives)} | {Format.Digits(objective)} " +
                $"| {Format.Digits(fewScores)} | {Format.Digits(scores)} | {Format.Digits(residuals)} " +
                $"| {Format.Digits(scalar)} | {Format.Digits(scalar / objective)}× |");
        }

        PrintLikelihood(output);
    }

    /// <summary>What a full likelihood asks for, beside what a pass asks for.</summary>
    private static void PrintLikelihood(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(
            "| family / link | w, s, objective | row objectives, s | observed w, s, objective | dw/dη " +
            "| observed dw/dη |");
        output.WriteLine("|:--|--:|--:|--:|--:|--:|");
        foreach (KernelCase pair in KernelCase.All)
        {
            double step = Nanoseconds(() => pair.Objective());
            double rows = Nanoseconds(pair.RowObjectives);
            double observed = Nanoseconds(() => pair.Observed());
            double derivatives = Nanoseconds(() => pair.Derivatives(observed: false));
            double observedDerivatives = Nanoseconds(() => pair.Derivatives(observed: true));
            output.WriteLine(
                $"| {pair.Name} | {Format.Digits(step)} | {Format.Digits(rows)} | {Format.Digits(observed)} " +
                $"| {Format.Digits(derivatives)} | {Format.Digits(observedDerivatives)} |");
        }
    }

    /// <summary>Calls everything until its final code exists, which is made in the background after a pause.</summary>
    private static void LetTheCompilerFinish()
    {
        for (int round = 0; round < 3; round++)
        {
            foreach (KernelCase pair in KernelCase.All)
            {
                for (int call = 0; call < 50; call++)
                {
                    pair.Check();
                    pair.Objective(FewRows);
                    pair.Residuals();
                }
            }

            Thread.Sleep(500);
        }
    }

    private static double Nanoseconds(Action call) => Measure.MedianSeconds(call) * 1e9 / KernelCase.Rows;

    private static double NanosecondsOfFew(Action calls) =>
        Measure.MedianSeconds(calls) * 1e9 / (KernelCase.Rows / FewRows * FewRows);
}
