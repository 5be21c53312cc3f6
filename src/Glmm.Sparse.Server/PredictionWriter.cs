using System.Buffers;
using System.Text.Json;
using Glmm.Sparse.Persistence;
using Glmm.Sparse.Prediction;

namespace Glmm.Sparse.Server;

/// <summary>Writes answers in the words of <c>glmm predict --json</c>, each into memory that its thread keeps and then
/// at once into the pipe.</summary>
internal static class PredictionWriter
{
    private static readonly JsonEncodedText s_schema = JsonEncodedText.Encode("glmm.predictions/1");
    private static readonly JsonWriterOptions s_options = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const int MostBytesKept = 1 << 18;

    [ThreadStatic]
    private static Utf8JsonWriter? s_writer;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    /// <summary>Answers with predictions.</summary>
    public static void Write(HttpResponse response, ServedModel model, PredictionTable predictions)
    {
        Utf8JsonWriter json = Begin();
        json.WriteStartObject();
        WriteMembers(json, model, predictions);
        json.WriteEndObject();
        End(json, response);
    }

    /// <summary>Answers with what is known of a cluster, and with predictions of it where they were asked for.
    /// </summary>
    public static void Write(
        HttpResponse response, ServedModel model, string cluster, bool known, ClusterPosterior posterior,
        PredictionTable? predictions)
    {
        Utf8JsonWriter json = Begin();
        json.WriteStartObject();
        json.WriteString("schema"u8, "glmm.cluster/1"u8);
        json.WriteString("model"u8, model.Name);
        json.WriteString("cluster"u8, cluster);
        json.WriteBoolean("known"u8, known);
        json.WriteNumber("rows"u8, posterior.Rows);
        json.WriteStartArray("random_effects"u8);
        IReadOnlyList<string> terms = model.Model.Fitted.RandomTerms;
        for (int l = 0; l < terms.Count; l++)
        {
            json.WriteStartObject();
            json.WriteString("term"u8, terms[l]);
            WriteFinite(json, "estimate"u8, posterior.Mode[l]);
            WriteFinite(json, "std_dev"u8, Math.Sqrt(posterior.Covariance[(l * terms.Count) + l]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (predictions is not null)
        {
            json.WriteStartObject("predictions"u8);
            WriteMembers(json, model, predictions);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        End(json, response);
    }

    private static Utf8JsonWriter Begin()
    {
        ArrayBufferWriter<byte> buffer = s_buffer ??= new ArrayBufferWriter<byte>();
        buffer.ResetWrittenCount();
        Utf8JsonWriter json = s_writer ??= new Utf8JsonWriter(Stream.Null, s_options);
        json.Reset(buffer);
        return json;
    }

    /// <summary>Answers with what was written, whose length is known by now: without one the answer goes in
    /// chunks.</summary>
    private static void End(Utf8JsonWriter json, HttpResponse response)
    {
        json.Flush();
        ArrayBufferWriter<byte> buffer = s_buffer!;
        response.ContentType = "application/json";
        response.ContentLength = buffer.WrittenCount;
        response.BodyWriter.Write(buffer.WrittenSpan);
        if (buffer.Capacity > MostBytesKept) s_buffer = null;
    }

    private static void WriteMembers(Utf8JsonWriter json, ServedModel model, PredictionTable predictions)
    {
        json.WriteString("schema"u8, s_schema);
        json.WriteString("version"u8, ServerVersion.Text);
        json.WriteString("model"u8, model.Name);
        json.WriteString("formula"u8, model.Formula);
        json.WriteString("family"u8, model.Family);
        json.WriteString("link"u8, model.Link);
        json.WriteString("target"u8, predictions.Target switch
        {
            PredictionTarget.LinearPredictor => "linear-predictor"u8,
            PredictionTarget.ConditionalMean => "conditional-mean"u8,
            _ => "population-mean"u8,
        });
        json.WriteString("interval"u8, predictions.Interval switch
        {
            IntervalKind.Confidence => "confidence"u8,
            IntervalKind.Prediction => "prediction"u8,
            _ => "none"u8,
        });
        json.WriteNumber("level"u8, predictions.Level);
        json.WriteNumber("rows"u8, predictions.Count);
        json.WriteNumber("rows_missing"u8, predictions.RowsMissing);
        json.WriteNumber("rows_of_unseen_clusters"u8, predictions.RowsOfUnseenClusters);
        json.WriteStartArray("warnings"u8);
        foreach (string warning in predictions.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
        json.WriteStartArray("predictions"u8);
        bool isPopulation = predictions.Target == PredictionTarget.PopulationMean;
        for (int row = 0; row < predictions.Count; row++) WriteRow(json, predictions[row], isPopulation);
        json.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter json, PredictedRow row, bool isPopulation)
    {
        json.WriteStartObject();
        json.WriteNumber("row"u8, row.Row + 1);
        WriteFinite(json, "fitted"u8, row.Estimate);
        WriteFinite(json, "std_error"u8, row.StandardError);
        WriteFinite(json, "lower"u8, row.Lower);
        WriteFinite(json, "upper"u8, row.Upper);
        json.WriteString("cluster"u8, row.Cluster);
        json.WriteString("basis"u8, isPopulation ? "population"u8 : row.IsKnown ? "cluster"u8 : "zero"u8);
        json.WriteEndObject();
    }

    private static void WriteFinite(Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
