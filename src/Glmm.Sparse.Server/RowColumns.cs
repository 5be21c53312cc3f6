using System.Globalization;
using System.Text;
using System.Text.Json;
using Glmm.Sparse.Tables;

namespace Glmm.Sparse.Server;

/// <summary>Rows in JSON become the columns of a model: an object a row, columns that the model does not use passed
/// over. Not thread-safe.</summary>
internal sealed class RowColumns(ServedColumn[] columns, int mostRows)
{
    private readonly Builder?[] _builders = new Builder?[columns.Length];
    private readonly List<string> _others = [];
    private int _rows;
    private int _next;

    /// <summary>Reads an array of rows, at whose start the reader stands.</summary>
    public void ReadRows(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw RequestException.Bad(
                "The rows are an array of objects, such as \"rows\": [{\"x\": 1, \"id\": \"a\"}].");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) ReadRow(ref reader);
    }

    /// <summary>The table of all rows read.</summary>
    public ColumnTable Build()
    {
        var built = new List<TableColumn>(columns.Length);
        var names = new List<string>(columns.Length + _others.Count);
        for (int at = 0; at < columns.Length; at++)
        {
            if (_builders[at] is not { } builder) continue;
            builder.FillTo(_rows);
            built.Add(builder.Build());
            names.Add(columns[at].Name);
        }

        names.AddRange(_others);
        return ColumnTable.FromSource(built, names, _rows);
    }

    private void ReadRow(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw RequestException.Bad(
                $"Row {_rows + 1} is no object; a row is one, such as {{\"x\": 1, \"id\": \"a\"}}.");
        }

        if (_rows == mostRows)
        {
            throw RequestException.TooLarge(
                $"There are more than {mostRows} rows, the most that are taken at once; send them in parts.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int at = Find(ref reader);
            if (at < 0)
            {
                // Named when a column is missing, which may be misspelled here.
                if (_rows == 0 && _others.Count < 100) _others.Add(reader.GetString()!);
                reader.Skip();
                continue;
            }

            reader.Read();
            ServedColumn column = columns[at];
            Builder builder = _builders[at] ??= Builder.For(column);
            if (builder.Count > _rows)
                throw RequestException.Bad($"Row {_rows + 1} has the column '{column.Name}' twice; leave one out.");
            builder.FillTo(_rows);
            if (reader.TokenType == JsonTokenType.Null) builder.AddMissing();
            else if (!builder.TryAdd(ref reader)) throw WrongKind(column, ref reader);
        }

        _rows++;
    }

    /// <summary>The column that a property names; most rows have them in one order, which is tried first.</summary>
    private int Find(ref Utf8JsonReader reader)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            int at = _next + i;
            if (at >= columns.Length) at -= columns.Length;
            if (!reader.ValueTextEquals(columns[at].Utf8Name)) continue;
            _next = at + 1 == columns.Length ? 0 : at + 1;
            return at;
        }

        return -1;
    }

    private RequestException WrongKind(ServedColumn column, ref Utf8JsonReader reader)
    {
        string found = reader.TokenType switch
        {
            JsonTokenType.String => $"the text '{Short(reader.GetString()!)}'",
            JsonTokenType.Number => string.Create(CultureInfo.InvariantCulture, $"the number {Raw(ref reader)}"),
            JsonTokenType.True or JsonTokenType.False => "a truth value",
            _ => "an array or object",
        };
        string wanted = column.Kind switch
        {
            ColumnKinds.Numeric => "a number",
            ColumnKinds.Boolean => "true or false",
            _ => "a text",
        };
        return RequestException.Bad(
            $"Column '{column.Name}' holds {found} in row {_rows + 1}, and was {column.Kind} when the model was "
            + $"fitted. Give {wanted}, or null if it is missing.");
    }

    private static string Short(string text) => text.Length <= 40 ? text : $"{text[..40]}...";

    private static string Raw(ref Utf8JsonReader reader) => Short(Encoding.UTF8.GetString(
        reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan));

    /// <summary>Collects one column.</summary>
    private abstract class Builder
    {
        public abstract int Count { get; }

        public static Builder For(ServedColumn column) => column.Kind switch
        {
            ColumnKinds.Numeric => new Numbers(column.Name),
            ColumnKinds.Boolean => new Truths(column.Name),
            // Days and points in time are written as texts, which the schema reads.
            _ => new Texts(column.Name),
        };

        public abstract bool TryAdd(ref Utf8JsonReader reader);

        public abstract void AddMissing();

        public abstract TableColumn Build();

        public void FillTo(int rows)
        {
            while (Count < rows) AddMissing();
        }
    }

    private sealed class Numbers(string name) : Builder
    {
        private readonly NumericColumnBuilder _values = new(name);

        public override int Count => _values.Count;

        public override void AddMissing() => _values.AddMissing();

        public override bool TryAdd(ref Utf8JsonReader reader)
        {
            double value;
            // Identifiers are often written as texts where they are numbers.
            bool reads = reader.TokenType switch
            {
                JsonTokenType.Number => reader.TryGetDouble(out value),
                JsonTokenType.String => double.TryParse(
                    reader.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out value),
                _ => Fails(out value),
            };
            // 1e999 is a number in JSON and none that a double holds.
            if (!reads || !double.IsFinite(value)) return false;
            _values.Add(value);
            return true;
        }

        public override TableColumn Build() => _values.Build();

        private static bool Fails(out double value)
        {
            value = 0;
            return false;
        }
    }

    private sealed class Truths(string name) : Builder
    {
        private readonly BooleanColumnBuilder _values = new(name);

        public override int Count => _values.Count;

        public override void AddMissing() => _values.Add(null);

        public override bool TryAdd(ref Utf8JsonReader reader)
        {
            if (reader.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return false;
            _values.Add(reader.TokenType == JsonTokenType.True);
            return true;
        }

        public override TableColumn Build() => _values.Build();
    }

    private sealed class Texts(string name) : Builder
    {
        private readonly TextColumnBuilder _values = new(name);

        public override int Count => _values.Count;

        public override void AddMissing() => _values.AddMissing();

        public override bool TryAdd(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String when !reader.ValueIsEscaped && !reader.HasValueSequence:
                    _values.Add(reader.ValueSpan);
                    return true;
                case JsonTokenType.String:
                    _values.Add(reader.GetString());
                    return true;
                case JsonTokenType.Number:
                    // As it is spelled: a text that looks like a number is that text.
                    _values.Add(Encoding.UTF8.GetBytes(Raw(ref reader)));
                    return true;
                case JsonTokenType.True or JsonTokenType.False:
                    _values.Add(reader.TokenType == JsonTokenType.True ? "TRUE" : "FALSE");
                    return true;
                default:
                    return false;
            }
        }

        public override TableColumn Build() => _values.BuildText();
    }
}
