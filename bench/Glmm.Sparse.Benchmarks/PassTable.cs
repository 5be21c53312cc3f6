using Glmm.Sparse.Families;

namespace Glmm.Sparse.Benchmarks;

/// <summary>A data pass against its floor, in one process.</summary>
internal static class PassTable
{
    private const int Clusters = 100_000;

    public static void Print(TextWriter output)
    {
        output.WriteLine("| family | p | q | floor, ns a row | one thread | ÷ floor | two threads | gain |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (Family family in new[] { Family.Poisson, Family.Binomial })
        {
            foreach (int p in new[] { 6, 20 })
            {
                foreach (int q in new[] { 1, 2, 4 }) PrintRow(output, family, p, q);
            }
        }
    }

    private static void PrintRow(TextWriter output, Family family, int p, int q)
    {
        double one, two, floor;
        long rows;
        using (var problem = new PassProblem(family, Clusters, p, q, threads: 1))
        {
            rows = problem.Rows;
            using var bare = new PassFloor(rows, p, p);

            // Floor, pass, floor, pass: what the machine does beside this meets both.
            floor = Measure.MedianSeconds(() => bare.Run());
            one = Measure.MedianSeconds(problem.Run);
            floor = 0.5 * (floor + Measure.MedianSeconds(() => bare.Run()));
            one = 0.5 * (one + Measure.MedianSeconds(problem.Run));
        }

        using (var problem = new PassProblem(family, Clusters, p, q, threads: 2)) two = Measure.MedianSeconds(problem.Run);
        string Nanoseconds(double seconds) => Format.Digits(seconds * 1e9 / rows);
        output.WriteLine(
            $"| {family.Name} | {p} | {q} | {Nanoseconds(floor)} | {Nanoseconds(one)} | {Format.Digits(one / floor)}× | " +
            $"{Nanoseconds(two)} | {Format.Digits(one / two)}× |");
    }
}
