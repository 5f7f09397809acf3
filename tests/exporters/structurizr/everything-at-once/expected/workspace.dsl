workspace "Hostile \"names\" & <others>" {
  model {
    alone = softwareSystem "שלום 👩‍👩‍👧 \n %"
    world = softwareSystem "The world" {
      tags layer_place
      empty = container "Nothing inside" {
        tags layer_place
      }
      land = container "A land" {
        tags layer_place
        end = component "end" {
          tags layer_thing
        }
        town = component "A \"town\" <b> in two lines" {
          tags layer_place
        }
        house = component "House [1]; #end" "A comment" {
          tags layer_thing
        }
      }
    }
    alone -> town "to a partition" {
      tags layer_rail
    }
    end -> house "quote \" and #35; &amp;" {
      tags layer_rail
    }
    house -> end "" {
      tags layer_road
    }
    house -> end "goes to" {
      tags layer_road
    }
    town -> house "from it"
  }
  views {
    systemLandscape {
      include *
      autoLayout tb
    }
    container world {
      include *
      autoLayout tb
    }
    component land {
      include *
      autoLayout tb
    }
    styles {
      element Element {
        background #ffffff
        color #0f172a
        stroke #64748b
        shape RoundedBox
      }
      relationship Relationship {
        color #748094
        style solid
      }
      element layer_place {
        background #f4f4f4
        color #0f172a
        stroke #808080
      }
      relationship layer_place {
        color #808080
      }
      element layer_rail {
        color #800000
      }
      relationship layer_rail {
        thickness 4
      }
      element layer_road {
        stroke #123456
        border dashed
      }
      relationship layer_road {
        color #123456
        style dashed
      }
      element layer_thing {
        background #008080
        color #ffffff
        stroke #005c5c
        shape Hexagon
      }
      relationship layer_thing {
        color #005c5c
      }
    }
  }
}
