using Glmm.Sparse.Formula;
using Glmm.Sparse.Model;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Results;

namespace Glmm.Sparse.Persistence;

/// <summary>
/// A fitted model to be put away and taken out again: what predictions need of the fit, the schema that makes the
/// columns of new rows, and how it came about. Holds no rows of data. Immutable and thread-safe.
/// </summary>
/// <remarks>It does hold every cluster's label and what its rows said, a mode and two small matrices, from which the
/// covariates of a cluster, and all of a cluster of one row, can be worked out: treat it as you treat the data, or save
/// it <see cref="WithoutClusters"/>.</remarks>
public sealed partial class GlmmModel
{
    internal GlmmModel(FittedModel fitted, ModelSchema? schema, ModelFacts facts, ModelOutline? outline) =>
        (Fitted, Schema, Facts, Outline) = (fitted, schema, facts, outline);

    /// <summary>The estimates and what is known of each cluster; predicts from rows of numbers.</summary>
    public FittedModel Fitted { get; }

    /// <summary>Makes the columns of new rows; null for a model that was made without a formula.</summary>
    public ModelSchema? Schema { get; }

    /// <summary>How it came about.</summary>
    public ModelFacts Facts { get; }

    /// <summary>What a comparison with another model needs; null where there is no likelihood, or where the file is of
    /// a version of this library that did not keep it.</summary>
    internal ModelOutline? Outline { get; }

    /// <summary>The model of a fit of a formula.</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="frame">The frame whose design was fitted.</param>
    /// <returns>The model, which holds none of the rows.</returns>
    /// <exception cref="InvalidModelDataException">The fit is of another frame, or clusters share a label.</exception>
    public static GlmmModel Create(GlmmFit fit, ModelFrame frame)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(frame);
        return Create(fit, frame.Design, frame.Schema.For(fit));
    }

    /// <summary>The model of a fit of a design; it predicts from rows of numbers only (<see cref="Fitted"/>).</summary>
    /// <param name="fit">The fit.</param>
    /// <param name="design">The design that was fitted.</param>
    /// <returns>The model, which holds none of the rows.</returns>
    /// <exception cref="InvalidModelDataException">The fit is of another design, or clusters share a label.</exception>
    public static GlmmModel Create(GlmmFit fit, ClusteredDesign design)
    {
        ArgumentNullException.ThrowIfNull(fit);
        ArgumentNullException.ThrowIfNull(design);
        return Create(fit, design, null);
    }

    /// <summary>The model of the population alone: it predicts as for clusters never seen, and holds nothing of any
    /// cluster, its label included.</summary>
    /// <returns>The model; this one is unchanged.</returns>
    public GlmmModel WithoutClusters() => new(
        new FittedModel(Fitted.Parts with
        {
            ClusterLabels = [],
            ClusterRows = [],
            Modes = [],
            Covariances = [],
            Crosses = [],
        }),
        Schema, Facts, Outline);

    /// <summary>Saves the model, replacing what is there only when all is written.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFileException">It cannot be written, or the family or link is a function of the user's.
    /// </exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, Save);
    }

    /// <summary>Saves the model.</summary>
    /// <param name="stream">Written to; left open.</param>
    /// <exception cref="ModelFileException">The family or link is a function of the user's.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelFile.Write(stream, this);
    }

    /// <summary>Loads a model. Nothing in a file is executed, whatever it holds.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model; its predictions have the bits of those before it was saved.</returns>
    /// <exception cref="ModelFileException">The file is missing, damaged, of a newer version, or no model.</exception>
    public static GlmmModel Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return ModelFile.Read(stream);
        }
        catch (ModelFileException error)
        {
            throw new ModelFileException($"'{path}': {error.Message}", error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFileException($"There is no file '{path}'; check the path and the spelling.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFileException($"'{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Loads a model. Nothing in a file is executed, whatever it holds.</summary>
    /// <param name="stream">Read to its end; left open.</param>
    /// <returns>The model; its predictions have the bits of those before it was saved.</returns>
    /// <exception cref="ModelFileException">The stream holds no model, or one that is damaged or newer.</exception>
    public static GlmmModel Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ModelFile.Read(stream);
    }

    /// <summary>One line: the formula where there is one, method, family, link and the sizes.</summary>
    public override string ToString() => Schema is null ? $"{Fitted}" : $"{Schema.Formula}; {Fitted}";

    private static GlmmModel Create(GlmmFit fit, ClusteredDesign design, ModelSchema? schema)
    {
        FittedModel fitted = FittedModel.Create(fit, design);
        var labels = new Dictionary<string, int>(fitted.ClusterCount, StringComparer.Ordinal);
        for (int cluster = 0; cluster < fitted.ClusterCount; cluster++)
        {
            string label = fitted.ClusterLabel(cluster);
            if (labels.TryAdd(label, cluster)) continue;
            throw new InvalidModelDataException(
                $"Two clusters of '{fitted.GroupName}' have the label '{label}', so that a prediction could not tell "
                + "them apart. Rename levels, for example those that hold a ':'.");
        }

        return new GlmmModel(fitted, schema, ModelFacts.Of(fit, design), (fit as LikelihoodFit)?.Outline);
    }
}
