using Glmm.Sparse.Model;
using Glmm.Sparse.Simulation;

namespace Glmm.Sparse.Resampling;

/// <summary>A simulated data set as a design, with the intercept, the covariates and time as fixed effects.</summary>
internal static class SimulatedData
{
    /// <summary>Draws one.</summary>
    /// <param name="options">The model.</param>
    /// <exception cref="InvalidModelOptionException">An option is out of range or contradicts another.</exception>
    internal static ClusteredDesign Draw(SimulationOptions options)
    {
        var simulator = new DatasetSimulator(options);
        SimulatedCluster cluster = simulator.CreateCluster();
        List<double> y = [], time = [];
        List<double>[] covariates = [.. Enumerable.Range(0, simulator.CovariateCount).Select(_ => new List<double>())];
        var codes = new List<int>();
        for (int i = 0; i < simulator.Clusters; i++)
        {
            simulator.Draw(i, cluster);
            y.AddRange(cluster.Response);
            time.AddRange(cluster.Time);
            for (int c = 0; c < covariates.Length; c++) covariates[c].AddRange(cluster.Covariate(c));
            for (int j = 0; j < cluster.Size; j++) codes.Add(i);
        }

        DesignColumn ones = DesignColumn.Constant("(Intercept)", 1, y.Count);
        DesignColumn slope = DesignColumn.FromValues("time", time.ToArray());
        var x = new List<DesignColumn> { ones };
        x.AddRange(covariates.Select((c, j) => DesignColumn.FromValues($"x{j + 1}", c.ToArray())));
        if (options.FixedEffects.Count > 1) x.Add(slope);
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", y.ToArray()), x,
            options.RandomEffectDeviations.Count == 1 ? [ones] : [ones, slope],
            new ClusterIndex("id", codes.ToArray(), simulator.Clusters));
    }
}
