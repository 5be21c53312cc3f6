namespace Glmm.Sparse.Model;

/// <summary>Makes designs of objects of any type without a formula, column by column, by functions that read a number
/// off an object.</summary>
/// <example><code>
/// ClusteredDesign design = DesignBuilder.From(visits)
///     .Response("seizures", v => v.Seizures)
///     .Intercept().Fixed("age", v => v.Age)
///     .RandomIntercept().Random("week", v => v.Week)
///     .Clusters("patient", v => v.Patient)
///     .Build();
/// </code></example>
public static class DesignBuilder
{
    /// <summary>Starts a design with a row for each record.</summary>
    /// <typeparam name="T">The records' type.</typeparam>
    /// <param name="records">The records; held, and read when the design is built.</param>
    /// <returns>The design to be, which still needs a response, effects and clusters.</returns>
    public static DesignBuilder<T> From<T>(IReadOnlyList<T> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return new DesignBuilder<T>(records);
    }
}
