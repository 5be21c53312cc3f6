using System.Globalization;
using Glmm.Sparse.Model;
using Glmm.Sparse.Model.Covariance;

namespace Glmm.Sparse.Tests.Reference;

/// <summary>A model as plain numbers.</summary>
internal static class ReferenceDesign
{
    /// <summary>Reads a model of Reference/designs, or of another folder beside it.</summary>
    internal static ClusteredDesign Read(string name, string structure, string folder = "designs")
    {
        string[] lines = File.ReadAllLines(Repository.Reference(folder, name + ".csv"));
        string[] header = [.. lines[0].Split(',').Select(h => h.Trim('"'))];
        double[][] columns = [.. header.Select((_, c) => new double[lines.Length - 1])];
        for (int row = 1; row < lines.Length; row++)
        {
            string[] cells = lines[row].Split(',');
            for (int c = 0; c < header.Length; c++) columns[c][row - 1] = double.Parse(cells[c], CultureInfo.InvariantCulture);
        }

        double[] Column(string label) => columns[Array.IndexOf(header, label)];
        List<DesignColumn> Prefixed(string prefix) =>
        [
            .. header.Select((h, c) => (h, c)).Where(x => x.h.StartsWith(prefix, StringComparison.Ordinal))
                .Select(x => DesignColumn.FromValues(x.h[prefix.Length..], columns[x.c])),
        ];
        List<DesignColumn> z = Prefixed("Z:");
        int[] codes = [.. Column("cluster").Select(v => (int)v)];
        double[] weight = Column("weight"), offset = Column("offset");
        return ClusteredDesign.Create(
            DesignColumn.FromValues("y", Column("y")), Prefixed("X:"), z, new ClusterIndex("cluster", codes, codes.Max() + 1),
            weight.All(w => w == 1) ? null : DesignColumn.FromValues("weight", weight),
            offset.All(o => o == 0) ? null : DesignColumn.FromValues("offset", offset),
            structure == "diagonal" ? CovarianceStructure.Diagonal(z.Count) : CovarianceStructure.Unstructured(z.Count));
    }
}
