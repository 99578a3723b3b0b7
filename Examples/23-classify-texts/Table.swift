/// Sentences and what they are about, as CSV.
let table = """
  text,topic
  A small bird sings in the old tree.,birds
  The bird builds its nest under our roof.,birds
  "Two birds fly over the lake, slowly.",birds
  The nest in the tree was empty.,birds
  A bird sings when the night is over.,birds
  Small birds fly in the morning.,birds
  The old bird leaves its nest.,birds
  Birds sing in the hills.,birds
  The train to the coast leaves at nine.,trains
  Our train was late again this morning.,trains
  The station is closed for two days.,trains
  The night train leaves the station late.,trains
  "Again the train was late, and cold.",trains
  The old station is at the coast.,trains
  This train leaves for the hills.,trains
  Our station is closed at night.,trains
  She bakes bread with honey and nuts.,food
  The soup needs salt and a little lemon.,food
  Fresh bread smells good in the morning.,food
  "Bread, soup and a little salt.",food
  Honey with lemon smells good.,food
  She needs nuts and fresh honey.,food
  The bread was good with salt.,food
  Soup with nuts and lemon.,food
  It rained all night over the hills.,weather
  Snow covers the roof of the old station.,weather
  The wind was cold at the lake.,weather
  Cold wind and snow again.,weather
  It rained for two days at the coast.,weather
  Snow covers the hills and the lake.,weather
  All morning the wind was cold.,weather
  It rained over the lake.,weather

  """
