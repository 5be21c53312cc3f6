using Glmm.Sparse.Kernels;

namespace Glmm.Sparse.Tests.Kernels;

/// <summary>What a kernel gives of one row.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="eta">η.</param>
/// <param name="y">y.</param>
/// <param name="omega">ω.</param>
public sealed class Row(WorkingKernel kernel, double eta, double y, double omega = 1)
{
    public double Mean => One((first, second) => kernel.Mean([eta], first, second)).First;

    public double MeanDerivative => One((first, second) => kernel.Mean([eta], first, second)).Second;

    public double Weight =>
        One((first, second) => kernel.WeightsScoresAndObjective([eta], [y], [omega], first, second)).First;

    public double Score => One((first, _) => kernel.ScoreResiduals([eta], [y], [omega], first)).First;

    public double ObservedWeight =>
        One((first, second) => kernel.ObservedWeightsAndScores([eta], [y], [omega], first, second)).First;

    public double Slope => One((first, _) => kernel.WeightDerivatives([eta], [y], [omega], false, first)).First;

    public double ObservedSlope => One((first, _) => kernel.WeightDerivatives([eta], [y], [omega], true, first)).First;

    /// <summary>The derivatives of objective, score and weight with respect to the logarithm of the shape.</summary>
    public (double Objective, double Score, double Weight) ShapeSlopes(bool observed)
    {
        double[] objective = new double[1], score = new double[1], weight = new double[1];
        kernel.ShapeDerivatives([eta], [y], [omega], observed, objective, score, weight);
        return (objective[0], score[0], weight[0]);
    }

    private static (double First, double Second) One(Action<double[], double[]> call)
    {
        double[] first = new double[1], second = new double[1];
        call(first, second);
        return (first[0], second[0]);
    }
}
