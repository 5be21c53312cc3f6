using System.Buffers;
using System.Text.Json;
using Glmm.Sparse.Formula;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Server;

/// <summary>The body of a request for predictions: rows and what to predict of them. Immutable.</summary>
internal sealed record PredictionBody
{
    /// <summary>The rows; null where there are none.</summary>
    public ColumnTable? Rows { get; private set; }

    /// <summary>Rows to predict after what <see cref="Rows"/> say is known; null where there are none.</summary>
    public ColumnTable? Predict { get; private set; }

    public TablePredictionOptions Options { get; private set; } = TablePredictionOptions.Default;

    /// <summary>Reads a body.</summary>
    /// <param name="json">The text.</param>
    /// <param name="how">The model whose columns are looked for, most rows, and whether the rows are to be learnt from
    /// and others may be to be predicted.</param>
    /// <exception cref="RequestException">It is wrong.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static PredictionBody Read(
        ReadOnlySequence<byte> json, (ServedModel Model, int MostRows, bool Folds) how)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = RequestBody.MostDepth });
        try
        {
            return Read(ref reader, how.Model, how.MostRows, how.Folds);
        }
        catch (InvalidOperationException error)
        {
            // What the reader throws for a text that no string can hold.
            throw RequestException.Bad(
                "A text of the body is no UTF-8, or escapes half a character (\\uD800); mend it.", error);
        }
    }

    private static PredictionBody Read(ref Utf8JsonReader reader, ServedModel model, int mostRows, bool folds)
    {
        var body = new PredictionBody();
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw RequestException.Bad("The body is an object with \"rows\", such as {\"rows\": [{\"x\": 1}]}.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            body.ReadProperty(ref reader, model, mostRows, folds);
        reader.Read();
        if (body.Rows is null)
            throw RequestException.Bad("The body has no \"rows\"; give an array of objects, one a row.");
        return body;
    }

    private void ReadProperty(ref Utf8JsonReader reader, ServedModel model, int mostRows, bool folds)
    {
        if (reader.ValueTextEquals("rows"u8))
        {
            if (Rows is not null) throw Twice("rows");
            Rows = ReadRows(ref reader, model, mostRows);
        }
        else if (folds && reader.ValueTextEquals("predict"u8))
        {
            if (Predict is not null) throw Twice("predict");
            Predict = ReadRows(ref reader, model, mostRows);
        }
        else
        {
            string name = reader.GetString()!;
            reader.Read();
            Options = ReadOption(name, ref reader, folds);
        }
    }

    private static ColumnTable ReadRows(ref Utf8JsonReader reader, ServedModel model, int mostRows)
    {
        reader.Read();
        var rows = new RowColumns(model.Columns, mostRows);
        rows.ReadRows(ref reader);
        return rows.Build();
    }

    private TablePredictionOptions ReadOption(string name, ref Utf8JsonReader reader, bool folds) => name switch
    {
        "target" => Options with
        {
            Target = Choice(
                name, ref reader, ("conditional-mean", PredictionTarget.ConditionalMean),
                ("linear-predictor", PredictionTarget.LinearPredictor),
                ("population-mean", PredictionTarget.PopulationMean)),
        },
        "interval" => Options with
        {
            Interval = Choice(
                name, ref reader, ("confidence", IntervalKind.Confidence), ("prediction", IntervalKind.Prediction),
                ("none", IntervalKind.None)),
        },
        "level" => Options with { Level = Number(name, ref reader) },
        "by_cluster" => Options with { ByCluster = Truth(name, ref reader) },
        "new_clusters" => Options with { NewClusters = Truth(name, ref reader) },
        "unseen_levels" => Options with
        {
            UnseenLevels = Choice(
                name, ref reader, ("error", UnseenLevels.Error), ("population", UnseenLevels.Population)),
        },
        "unseen_clusters" => Options with
        {
            UnseenClusters = Choice(
                name, ref reader, ("error", UnseenClusters.Error), ("population", UnseenClusters.Population)),
        },
        _ => throw RequestException.Bad(
            $"There is no option '{(name.Length <= 40 ? name : name[..40] + "...")}'; there are rows, "
            + $"{(folds ? "predict, " : "")}target, interval, level, by_cluster, new_clusters, unseen_levels and "
            + "unseen_clusters."),
    };

    private static T Choice<T>(
        string name, ref Utf8JsonReader reader, params ReadOnlySpan<(string Word, T Value)> choices)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach ((string word, T value) in choices)
            {
                if (reader.ValueTextEquals(word)) return value;
            }
        }

        var words = new List<string>();
        foreach ((string word, _) in choices) words.Add($"\"{word}\"");
        throw RequestException.Bad($"The option '{name}' is one of {string.Join(", ", words)}.");
    }

    private static double Number(string name, ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value)
            ? value
            : throw RequestException.Bad($"The option '{name}' is a number, such as 0.95.");

    private static bool Truth(string name, ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw RequestException.Bad($"The option '{name}' is true or false."),
    };

    private static RequestException Twice(string name) =>
        RequestException.Bad($"The body has \"{name}\" twice; leave one out.");
}
